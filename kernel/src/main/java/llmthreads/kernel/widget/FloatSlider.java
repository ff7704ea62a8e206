package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import java.util.Map;

/** A slider over numbers. Safe for use by several threads. */
public final class FloatSlider extends ValueWidget<Double, FloatSlider> {
  private static final int STEPS = 100;

  /**
   * A slider with a hundred steps; {@code set("step", 0.5)} changes that.
   *
   * @throws IllegalArgumentException if the value is not in the range
   */
  public FloatSlider(double min, double max, double value) {
    super(
        Kind.control("FloatSlider", "FloatSlider"),
        "SliderStyle",
        "value",
        Map.of(
            "min", min, "max", max, "step", step(min, max), "value", Range.check(min, max, value)));
  }

  private static double step(double min, double max) {
    return min < max ? (max - min) / STEPS : 1;
  }

  @Override
  Double decode(JsonElement json) {
    return json.getAsDouble();
  }

  @Override
  Object encode(Double value) {
    return Range.check(get("min").getAsDouble(), get("max").getAsDouble(), value);
  }
}
