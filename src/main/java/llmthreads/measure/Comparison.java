package llmthreads.measure;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Timings that were taken side by side, round by round, so that their ratios mean something. The
 * first is the base that others are compared with.
 *
 * @param timings of each candidate, all with the same number of samples
 */
public record Comparison(List<Timing> timings) {
  /** Checks that the timings come from the same rounds. */
  public Comparison {
    timings = List.copyOf(timings);
    if (timings.isEmpty()) {
      throw new IllegalArgumentException("A comparison needs a timing");
    }
    int rounds = timings.getFirst().samplesNs().size();
    for (Timing timing : timings) {
      if (timing.samplesNs().size() != rounds) {
        throw new IllegalArgumentException(
            "'%s' has %d samples, '%s' has %d: they were not taken side by side"
                .formatted(
                    timing.name(), timing.samplesNs().size(), timings.getFirst().name(), rounds));
      }
    }
  }

  /** The timing of one candidate. */
  public Timing timing(String name) {
    return timings.stream()
        .filter(timing -> timing.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no candidate '%s'; there are %s"
                        .formatted(
                            name,
                            timings.stream()
                                .map(Timing::name)
                                .collect(Collectors.joining("', '", "'", "'")))));
  }

  /** How many times faster than the first candidate: the ratio of their medians. */
  public double speedUp(String name) {
    return speedUp(timings.getFirst().name(), name);
  }

  /** How many times faster than {@code base}: the ratio of their medians. */
  public double speedUp(String base, String name) {
    return timing(base).medianMs() / timing(name).medianMs();
  }

  /** Where the speed-up over the first candidate lies with 95 % confidence. */
  public Interval speedUpInterval(String name) {
    return speedUpInterval(timings.getFirst().name(), name);
  }

  /**
   * Where the speed-up lies with 95 % confidence, see {@link Quantiles#pairedRatioInterval}: rounds
   * are drawn whole.
   */
  public Interval speedUpInterval(String base, String name) {
    return Quantiles.pairedRatioInterval(timing(base).samplesMs(), timing(name).samplesMs());
  }

  /** A line for each timing, with its speed-up over the first. */
  @Override
  public String toString() {
    return timings.stream()
        .map(
            timing ->
                timing
                    + (timing == timings.getFirst()
                        ? ""
                        : String.format(Locale.ROOT, ", × %.3f", speedUp(timing.name()))))
        .collect(Collectors.joining("\n"));
  }
}
