package llmthreads.kernel.widget;

import java.util.Map;

/** A bar that fills as a value grows. Safe for use by several threads. */
public final class IntProgress extends IntWidget<IntProgress> {
  /**
   * A bar from {@code min} to {@code max}, filled up to {@code value}.
   *
   * @throws IllegalArgumentException if the value is not in the range
   */
  public IntProgress(int min, int max, int value) {
    super(
        Kind.control("IntProgress", "Progress"),
        "ProgressStyle",
        Map.of("min", min, "max", max, "value", Range.check(min, max, value)));
  }
}
