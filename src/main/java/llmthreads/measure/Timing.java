package llmthreads.measure;

import java.util.List;
import java.util.Locale;
import llmthreads.trace.Csv;

/**
 * How long something took, every single time.
 *
 * @param name of what was timed
 * @param samplesNs one duration for each repetition, in the order in which they were taken, in
 *     nanoseconds
 */
public record Timing(String name, List<Long> samplesNs) {
  /** Checks that there are samples and none is negative. */
  public Timing {
    samplesNs = List.copyOf(samplesNs);
    if (samplesNs.isEmpty()) {
      throw new IllegalArgumentException("Timing '%s' has no samples".formatted(name));
    }
    for (long sample : samplesNs) {
      if (sample < 0) {
        throw new IllegalArgumentException(
            "Timing '%s' has a sample of %d ns; nothing takes negative time"
                .formatted(name, sample));
      }
    }
  }

  /** The samples in milliseconds, for figures. */
  public double[] samplesMs() {
    return samplesNs.stream().mapToDouble(ns -> ns / 1e6).toArray();
  }

  /** The middle sample in milliseconds. */
  public double medianMs() {
    return Quantiles.median(samplesMs());
  }

  /**
   * The time in milliseconds that a share of the repetitions did not exceed.
   *
   * @param share 0.99 for the 99th percentile
   */
  public double quantileMs(double share) {
    return Quantiles.of(samplesMs(), share);
  }

  /** Where the median lies with 95 % confidence, in milliseconds. */
  public Interval medianIntervalMs() {
    return Quantiles.medianInterval(samplesMs());
  }

  /**
   * Things done in a second at the median time.
   *
   * @param things done in each repetition: tokens, prompts
   */
  public double perSecond(double things) {
    return things * 1e3 / medianMs();
  }

  /** The name, the median and its interval in words. */
  @Override
  public String toString() {
    Interval interval = medianIntervalMs();
    return String.format(
        Locale.ROOT,
        "%s: median %s (%.0f %% interval %s … %s), %d samples",
        name,
        text(medianMs()),
        Math.floor(interval.confidence() * 100),
        text(interval.low()),
        text(interval.high()),
        samplesNs.size());
  }

  /** A duration in the unit that suits its size: ns, µs, ms or s. */
  static String text(double ms) {
    double ns = ms * 1e6;
    if (ns < 1e3) {
      return String.format(Locale.ROOT, "%.0f ns", ns);
    }
    if (ns < 1e6) {
      return String.format(Locale.ROOT, "%.3g µs", ns / 1e3);
    }
    return ns < 1e9
        ? String.format(Locale.ROOT, ns < 1e8 ? "%.3g ms" : "%.0f ms", ms)
        : String.format(Locale.ROOT, "%.3g s", ms / 1e3);
  }

  /** All samples of several timings: columns name, repetition (from 1) and nanoseconds. */
  public static String csv(List<Timing> timings) {
    StringBuilder text = new StringBuilder("name,repetition,ns\n");
    for (Timing timing : timings) {
      for (int i = 0; i < timing.samplesNs.size(); i++) {
        text.append(Csv.row(timing.name, i + 1, timing.samplesNs.get(i)));
      }
    }
    return text.toString();
  }
}
