package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuantilesTest {
  @Test
  void a_ratio_of_rounds_is_not_blurred_by_what_slowed_both_down() {
    double[] slow = IntStream.rangeClosed(1, 20).mapToDouble(i -> 2.0 * i).toArray();
    double[] fast = IntStream.rangeClosed(1, 20).mapToDouble(i -> i).toArray();
    assertEquals(new Interval(2, 2, 0.95), Quantiles.pairedRatioInterval(slow, fast));
    Interval apart = Quantiles.ratioInterval(slow, fast);
    assertTrue(apart.low() < 1.8 && apart.high() > 2.2, apart.toString());
    assertEquals(apart, Quantiles.ratioInterval(slow, fast));
    double[] fewer = {1, 2};
    assertThrows(IllegalArgumentException.class, () -> Quantiles.pairedRatioInterval(slow, fewer));
    assertThrows(
        IllegalArgumentException.class, () -> Quantiles.ratioInterval(slow, new double[0]));
  }

  @Property
  void a_quantile_has_its_share_of_the_samples_below(
      @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = -1e9, max = 1e9) Double> numbers,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    double[] samples = numbers.stream().mapToDouble(number -> number).toArray();
    double value = Quantiles.of(samples, share);
    long below = Arrays.stream(samples).filter(sample -> sample < value).count();
    long above = Arrays.stream(samples).filter(sample -> sample > value).count();
    double position = share * (samples.length - 1);
    assertTrue(below <= Math.ceil(position), () -> below + " below at " + position);
    assertTrue(above <= samples.length - 1 - Math.floor(position), () -> above + " above");
  }

  @Property
  void quantiles_follow_a_change_of_unit_and_origin(
      @ForAll @Size(min = 1, max = 30) int[] numbers,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    double[] samples = Arrays.stream(numbers).asDoubleStream().toArray();
    double[] changed = Arrays.stream(samples).map(sample -> 3 * sample + 7).toArray();
    double expected = 3 * Quantiles.of(samples, share) + 7;
    assertEquals(expected, Quantiles.of(changed, share), 1e-9 * (1 + Math.abs(expected)));
  }

  @Test
  void ten_samples_bound_the_median_by_the_second_and_the_ninth() {
    double[] samples = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    assertEquals(5.5, Quantiles.median(samples));
    // 1 − 2·(1 + 10)/1024; tables of order statistics say 97.9 %.
    assertEquals(new Interval(2, 9, 1 - 22 / 1024.0), Quantiles.medianInterval(samples));
  }

  @Test
  void few_samples_admit_that_they_are_no_95_percent() {
    assertEquals(
        new Interval(1, 5, 0.9375), Quantiles.medianInterval(new double[] {3, 1, 5, 2, 4}));
    assertEquals(new Interval(7, 7, 0), Quantiles.medianInterval(new double[] {7}));
  }

  @Test
  void the_interval_holds_the_true_median_at_least_95_times_of_100() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n : new int[] {6, 10, 31, 200, 1500}) {
      int held = 0;
      for (int trial = 0; trial < 2000; trial++) {
        double[] samples = random.doubles(n).map(u -> -Math.log(u)).toArray();
        if (Quantiles.medianInterval(samples).contains(Math.log(2))) {
          held++;
        }
      }
      assertTrue(held >= 1870, held + " of 2000 with " + n + " samples");
    }
  }

  @Test
  void no_samples_have_no_quantile() {
    assertThrows(IllegalArgumentException.class, () -> Quantiles.of(new double[0], 0.5));
    assertThrows(IllegalArgumentException.class, () -> Quantiles.of(new double[] {1}, 1.5));
    assertThrows(IllegalArgumentException.class, () -> Quantiles.medianInterval(new double[0]));
  }
}
