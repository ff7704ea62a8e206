package llmthreads.measure;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Quantiles of samples, and how sure they are. Nothing is assumed about the distribution. */
public final class Quantiles {
  private static final int RESAMPLES = 2000;
  private static final long SEED = 20_260_101;

  private Quantiles() {}

  /**
   * The value below which a share of the samples lies, linear between two samples (type 7 of
   * Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
   *
   * @param share from 0, the least sample, to 1, the greatest
   * @throws IllegalArgumentException when there is no sample, or the share is outside
   */
  public static double of(double[] samples, double share) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("There is no quantile of no samples");
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "A quantile is asked for by a share from 0 to 1, not " + share);
    }
    double[] sorted = sorted(samples);
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    double between = sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    return Math.min(between, sorted[above]);
  }

  /** The middle sample, or the mean of the middle two. */
  public static double median(double[] samples) {
    return of(samples, 0.5);
  }

  /**
   * Where the median of the whole distribution lies with 95 % confidence: between two of the sorted
   * samples, as far from either end as a binomial distribution allows (Le Boudec, "Performance
   * Evaluation of Computer and Communication Systems", 2010, theorem 2.1). Fewer than six samples
   * cannot give 95 %: then it is their whole range, with the confidence that it has.
   */
  public static Interval medianInterval(double[] samples) {
    double[] sorted = sorted(samples);
    int n = sorted.length;
    if (n == 0) {
      throw new IllegalArgumentException("There is no median of no samples");
    }
    if (n > 1000) {
      int rank = Math.max(1, (int) Math.floor(n / 2.0 - 0.98 * Math.sqrt(n)));
      return new Interval(sorted[rank - 1], sorted[n - rank], 0.95);
    }
    int rank = 1;
    while (rank < (n + 1) / 2 && confidence(n, rank + 1) >= 0.95) {
      rank++;
    }
    return new Interval(sorted[rank - 1], sorted[n - rank], confidence(n, rank));
  }

  /**
   * Where the ratio of two medians lies with 95 % confidence, when sample {@code i} of both comes
   * from the same round: the percentile bootstrap (Efron and Tibshirani, "An Introduction to the
   * Bootstrap", 1993, chapter 13) over whole rounds, so that what slowed both down does not count.
   * From a fixed seed: the same samples always give the same interval.
   *
   * @throws IllegalArgumentException when the lengths differ, or are 0
   */
  public static Interval pairedRatioInterval(double[] top, double[] bottom) {
    if (top.length != bottom.length) {
      throw new IllegalArgumentException(
          "Samples of the same rounds come in pairs, not %d and %d"
              .formatted(top.length, bottom.length));
    }
    return ratioInterval(top, bottom, true);
  }

  /**
   * The same for samples that have nothing to do with each other, such as those of two records:
   * both are drawn on their own.
   */
  public static Interval ratioInterval(double[] top, double[] bottom) {
    return ratioInterval(top, bottom, false);
  }

  private static Interval ratioInterval(double[] top, double[] bottom, boolean paired) {
    if (top.length == 0 || bottom.length == 0) {
      throw new IllegalArgumentException("There is no ratio of medians without samples");
    }
    SplittableRandom random = new SplittableRandom(SEED);
    double[] ratios = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      int[] drawn = random.ints(top.length, 0, top.length).toArray();
      int[] below = paired ? drawn : random.ints(bottom.length, 0, bottom.length).toArray();
      ratios[resample] = median(chosen(top, drawn)) / median(chosen(bottom, below));
    }
    return new Interval(of(ratios, 0.025), of(ratios, 0.975), 0.95);
  }

  private static double[] chosen(double[] samples, int[] drawn) {
    return Arrays.stream(drawn).mapToDouble(i -> samples[i]).toArray();
  }

  /** 1 − 2·P(B &lt; rank), where B counts heads in n throws of a coin. */
  static double confidence(int n, int rank) {
    double term = Math.pow(0.5, n);
    double below = 0;
    for (int i = 0; i < rank; i++) {
      below += term;
      term *= (double) (n - i) / (i + 1);
    }
    return Math.max(0, 1 - 2 * below);
  }

  private static double[] sorted(double[] samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return sorted;
  }
}
