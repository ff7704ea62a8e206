package llmthreads.measure;

import java.util.function.DoubleUnaryOperator;

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

  /** Half its length. */
  public double halfWidth() {
    return (high - low) / 2;
  }

  /** Whether it shares a value with another one. */
  public boolean overlaps(Interval other) {
    return low <= other.high && other.low <= high;
  }

  /**
   * Where another number lies that follows from this one, such as tokens per second from a time.
   *
   * @param follows rises or falls from end to end
   */
  public Interval map(DoubleUnaryOperator follows) {
    double first = follows.applyAsDouble(low);
    double second = follows.applyAsDouble(high);
    return new Interval(Math.min(first, second), Math.max(first, second), confidence);
  }
}
