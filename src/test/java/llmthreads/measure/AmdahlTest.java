package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AmdahlTest {
  @Property
  void a_fit_of_the_law_s_own_speed_ups_gives_its_share_back(
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 2, max = 64) Integer> counts) {
    double[] workers = counts.stream().mapToDouble(count -> count).toArray();
    double[] speedUps = Arrays.stream(workers).map(new Amdahl(share)::speedUp).toArray();
    ScalingLaw.Fit<Amdahl> fit = Amdahl.fit(workers, speedUps);
    assertEquals(share, fit.law().parallelShare(), 1e-9);
    assertEquals(0, fit.rmsResidual(), 1e-9);
  }

  @Property
  void no_other_share_fits_better(
      @ForAll @Size(5) List<@DoubleRange(min = 0.2, max = 6) Double> measured,
      @ForAll @DoubleRange(min = 0, max = 1) double other) {
    double[] speedUps = measured.stream().mapToDouble(speedUp -> speedUp).toArray();
    double[] workers = {1, 2, 3, 4, 8};
    ScalingLaw.Fit<Amdahl> fit = Amdahl.fit(workers, speedUps);
    ScalingLaw.Fit<Amdahl> rival = new ScalingLaw.Fit<>(new Amdahl(other), fit.runs());
    assertTrue(fit.rmsResidual() <= rival.rmsResidual() + 1e-12);
  }

  @Property
  void speed_up_grows_with_workers_and_share_and_stays_within_its_bounds(
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @DoubleRange(min = 0, max = 1) double other,
      @ForAll @IntRange(min = 1, max = 10_000) int workers) {
    Amdahl law = new Amdahl(share);
    double speedUp = law.speedUp(workers);
    assertTrue(speedUp <= law.speedUp(workers + 1) + 1e-9);
    assertTrue(speedUp <= new Amdahl(Math.max(share, other)).speedUp(workers) + 1e-9);
    assertTrue(speedUp >= 1 - 1e-9);
    assertTrue(speedUp <= Math.min(workers, law.limit()) + 1e-9);
  }

  @Test
  void speed_ups_that_the_law_forbids_give_its_nearest_share_and_an_error() {
    ScalingLaw.Fit<Amdahl> faster = Amdahl.fit(new double[] {2}, new double[] {4});
    assertEquals(1, faster.law().parallelShare());
    assertEquals(1, faster.residuals()[0], 1e-12, "twice as fast as the law says");
    assertEquals(0, Amdahl.fit(new double[] {2}, new double[] {0.5}).law().parallelShare());
  }

  @Property
  void a_law_of_one_unknown_meets_one_point_and_leaves_no_rounding(
      @ForAll @DoubleRange(min = 1, max = 2) double speedUp) {
    double[] residuals = Amdahl.fit(new double[] {1, 2}, new double[] {1, speedUp}).residuals();
    assertArrayEquals(new double[2], residuals, 0);
  }

  @Test
  void a_residual_beyond_rounding_is_kept() {
    ScalingLaw.Fit<Amdahl> fit = Amdahl.fit(new double[] {2}, new double[] {2 + 1e-13});
    assertEquals(5e-14, fit.residuals()[0], 1e-15);
  }

  @Property
  void one_measurement_shows_the_serial_share(
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @IntRange(min = 2, max = 100) int workers) {
    double speedUp = new Amdahl(share).speedUp(workers);
    assertEquals(1 - share, Amdahl.serialShare(workers, speedUp), 1e-9);
  }

  @Test
  void a_job_of_95_percent_is_at_most_20_times_faster() {
    Amdahl law = new Amdahl(0.95);
    assertEquals(20, law.limit(), 1e-9);
    assertEquals(1, law.speedUp(1));
    assertEquals(5.925925925925926, law.speedUp(8), 1e-12);
  }

  @Test
  void a_fit_without_a_parallel_measurement_is_refused() {
    double[] one = {1};
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Amdahl.fit(one, one));
    assertTrue(e.getMessage().contains("2 or more workers"));
    assertThrows(IllegalArgumentException.class, () -> Amdahl.fit(new double[] {2}, new double[2]));
    assertThrows(IllegalArgumentException.class, () -> new Amdahl(0.5).speedUp(0));
    assertThrows(IllegalArgumentException.class, () -> new Amdahl(1.1));
    assertThrows(IllegalArgumentException.class, () -> new Amdahl(Double.NaN));
  }
}
