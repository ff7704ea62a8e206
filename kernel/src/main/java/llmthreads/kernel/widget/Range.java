package llmthreads.kernel.widget;

/** Where a number may lie. */
final class Range {
  private Range() {}

  /** The value, if it is in the range. */
  static int check(int min, int max, int value) {
    if (value < min || value > max) {
      throw outside(min, max, value);
    }
    return value;
  }

  /** The value, if it is in the range. */
  static double check(double min, double max, double value) {
    if (!(value >= min && value <= max)) {
      throw outside(min, max, value);
    }
    return value;
  }

  private static IllegalArgumentException outside(Number min, Number max, Number value) {
    return new IllegalArgumentException(
        "The value " + value + " is not in the range from " + min + " to " + max + ".");
  }
}
