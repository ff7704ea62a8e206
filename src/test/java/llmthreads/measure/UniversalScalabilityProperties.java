package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;

class UniversalScalabilityProperties {
  private static final double[] WORKERS = {1, 2, 3, 4, 6, 8, 12, 16};

  @Property
  void exact_speed_ups_of_two_or_more_counts_give_both_costs_back(
      @ForAll @DoubleRange(min = 0, max = 1) double contention,
      @ForAll @DoubleRange(min = 0, max = 0.2) double coherency,
      @ForAll @Size(min = 2, max = 8) Set<@IntRange(min = 2, max = 64) Integer> counts) {
    double[] workers = counts.stream().mapToDouble(count -> count).toArray();
    UniversalScalability law = new UniversalScalability(contention, coherency);
    ScalingLaw.Fit<UniversalScalability> fit =
        UniversalScalability.fit(workers, speedUps(law, workers));
    assertEquals(contention, fit.law().contention(), 1e-6);
    assertEquals(coherency, fit.law().coherency(), 1e-6);
    assertEquals(0, fit.rmsResidual(), 1e-6);
  }

  @Property
  void speed_ups_that_are_a_percent_off_give_nearly_the_same_costs(
      @ForAll @DoubleRange(min = 0, max = 0.5) double contention,
      @ForAll @DoubleRange(min = 0, max = 0.05) double coherency,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] noisy = speedUps(new UniversalScalability(contention, coherency), WORKERS);
    for (int i = 1; i < noisy.length; i++) {
      noisy[i] *= 1 + random.nextDouble(-0.01, 0.01);
    }
    ScalingLaw.Fit<UniversalScalability> fit = UniversalScalability.fit(WORKERS, noisy);
    assertEquals(contention, fit.law().contention(), 0.04);
    assertEquals(coherency, fit.law().coherency(), 0.004);
    assertTrue(fit.rmsResidual() <= 0.0102, fit.toString());
  }

  @Property
  void no_other_costs_fit_better_be_the_runs_as_odd_as_they_may(
      @ForAll @Size(8) List<@DoubleRange(min = 0.2, max = 20) Double> measured,
      @ForAll @DoubleRange(min = 0, max = 1) double contention,
      @ForAll @DoubleRange(min = 0, max = 1) double coherency) {
    ScalingLaw.Fit<UniversalScalability> fit = UniversalScalability.fit(WORKERS, array(measured));
    UniversalScalability other = new UniversalScalability(contention, coherency);
    double rival = new ScalingLaw.Fit<>(other, fit.runs()).rmsResidual();
    assertTrue(fit.rmsResidual() <= rival + 1e-9, fit + " is no better than " + other);
  }

  @Property
  void it_fits_at_least_as_well_as_amdahl_s_law_which_it_contains(
      @ForAll @Size(8) List<@DoubleRange(min = 0.2, max = 20) Double> measured) {
    double amdahl = Amdahl.fit(WORKERS, array(measured)).rmsResidual();
    double universal = UniversalScalability.fit(WORKERS, array(measured)).rmsResidual();
    assertTrue(universal <= amdahl + 1e-9, universal + " > " + amdahl);
  }

  @Property
  void without_coherency_it_is_amdahl_s_law(
      @ForAll @DoubleRange(min = 0, max = 1) double contention,
      @ForAll @IntRange(min = 1, max = 1000) int workers) {
    assertEquals(
        new Amdahl(1 - contention).speedUp(workers),
        new UniversalScalability(contention, 0).speedUp(workers),
        1e-9);
  }

  @Property
  void no_number_of_workers_is_faster_than_the_peak(
      @ForAll @DoubleRange(min = 0, max = 2) double contention,
      @ForAll @DoubleRange(min = 1e-6, max = 0.5) @Scale(6) double coherency,
      @ForAll @DoubleRange(min = 1, max = 2000) double workers) {
    UniversalScalability law = new UniversalScalability(contention, coherency);
    assertTrue(law.speedUp(workers) <= law.speedUp(law.peak()) + 1e-9);
  }

  @Example
  void a_peak_is_where_the_formula_says_and_nowhere_without_coherency() {
    assertEquals(8, new UniversalScalability(0.36, 0.01).peak(), 1e-12);
    assertEquals(Double.POSITIVE_INFINITY, new UniversalScalability(0.1, 0).peak());
  }

  @Example
  void runs_that_cannot_tell_two_costs_apart_are_refused_in_a_sentence() {
    double[] twice = {1, 2, 2};
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> UniversalScalability.fit(twice, new double[] {1, 1.9, 1.8}));
    assertTrue(e.getMessage().contains("two different numbers of workers above 1"), e.getMessage());
    double[] zero = new double[8];
    assertThrows(IllegalArgumentException.class, () -> UniversalScalability.fit(WORKERS, zero));
    assertThrows(IllegalArgumentException.class, () -> new UniversalScalability(-0.1, 0));
    assertThrows(IllegalArgumentException.class, () -> new UniversalScalability(0, Double.NaN));
    UniversalScalability law = new UniversalScalability(0, 0);
    assertThrows(IllegalArgumentException.class, () -> law.speedUp(0.5));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(value -> value).toArray();
  }

  private static double[] speedUps(ScalingLaw law, double... workers) {
    return Arrays.stream(workers).map(law::speedUp).toArray();
  }
}
