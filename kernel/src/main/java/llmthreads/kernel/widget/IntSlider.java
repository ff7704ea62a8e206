package llmthreads.kernel.widget;

import java.util.Map;

/** A slider over whole numbers. Safe for use by several threads. */
public final class IntSlider extends IntWidget<IntSlider> {
  /**
   * A slider of step 1.
   *
   * @throws IllegalArgumentException if the value is not in the range
   */
  public IntSlider(int min, int max, int value) {
    super(
        Kind.control("IntSlider", "IntSlider"),
        "SliderStyle",
        Map.of("min", min, "max", max, "step", 1, "value", Range.check(min, max, value)));
  }
}
