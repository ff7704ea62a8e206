package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import java.util.Map;

/** A slider over whole numbers. Safe for use by several threads. */
public final class IntSlider extends ValueWidget<Integer, IntSlider> {
  /**
   * A slider of step 1.
   *
   * @throws IllegalArgumentException if the value is not in the range
   */
  public IntSlider(int min, int max, int value) {
    super(
        Kind.control("IntSlider", "IntSlider"),
        "SliderStyle",
        "value",
        Map.of("min", min, "max", max, "step", 1, "value", Range.check(min, max, value)));
  }

  @Override
  Integer decode(JsonElement json) {
    return json.getAsInt();
  }

  @Override
  Object encode(Integer value) {
    return Range.check(get("min").getAsInt(), get("max").getAsInt(), value);
  }
}
