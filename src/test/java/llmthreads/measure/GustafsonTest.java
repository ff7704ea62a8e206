package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GustafsonTest {
  @Property
  void exact_scaled_speed_ups_give_the_share_back(
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 2, max = 64) Integer> counts) {
    double[] workers = counts.stream().mapToDouble(count -> count).toArray();
    double[] speedUps = Arrays.stream(workers).map(new Gustafson(share)::speedUp).toArray();
    ScalingLaw.Fit<Gustafson> fit = Gustafson.fit(workers, speedUps);
    assertEquals(share, fit.law().parallelShare(), 1e-9);
    assertEquals(0, fit.rmsResidual(), 1e-9);
  }

  @Property
  void speed_ups_that_are_a_percent_off_give_nearly_the_same_share(
      @ForAll @DoubleRange(min = 0.2, max = 0.98) double share,
      @ForAll @Size(4) List<@DoubleRange(min = 0.99, max = 1.01) @Scale(4) Double> noise) {
    double[] workers = {2, 4, 8, 16};
    double[] noisy = new double[workers.length];
    Arrays.setAll(noisy, i -> noise.get(i) * new Gustafson(share).speedUp(workers[i]));
    assertEquals(share, Gustafson.fit(workers, noisy).law().parallelShare(), 0.02);
  }

  /** A job of serial time s and parallel time p a worker: Amdahl's P is p·N/(s + p·N), on one. */
  @Property
  void the_same_run_seen_by_amdahl_has_the_same_speed_up(
      @ForAll @DoubleRange(min = 0.01, max = 1) double serial,
      @ForAll @DoubleRange(min = 0.01, max = 1) double parallel,
      @ForAll @IntRange(min = 1, max = 1000) int workers) {
    double onOne = serial + parallel * workers;
    assertEquals(
        new Amdahl(parallel * workers / onOne).speedUp(workers),
        new Gustafson(parallel / (serial + parallel)).speedUp(workers),
        1e-9 * workers);
  }

  @Test
  void a_job_of_which_half_a_percent_is_serial_scales_to_1024_as_in_the_paper() {
    assertEquals(1018.885, new Gustafson(0.995).speedUp(1024), 1e-3);
  }

  @Test
  void what_no_share_is_or_no_runs_show_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Gustafson(1.5));
    double[] one = {1};
    assertThrows(IllegalArgumentException.class, () -> Gustafson.fit(one, one));
    assertEquals(1, Gustafson.fit(new double[] {2}, new double[] {3}).law().parallelShare());
  }
}
