package llmthreads.measure;

/**
 * Where a value lies, as far as the samples tell.
 *
 * @param low lower end, not above {@code high}
 * @param high upper end
 * @param confidence how often such an interval holds the value, from 0 to 1
 */
public record Interval(double low, double high, double confidence) {
  /** Checks that the ends are in order. */
  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("No interval goes from %s to %s".formatted(low, high));
    }
  }

  /** Whether a value lies in it, the ends included. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** Half its length: an error bar. */
  public double halfWidth() {
    return (high - low) / 2;
  }
}
