package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import java.util.Map;

/** A bar that fills as a value grows. Safe for use by several threads. */
public final class IntProgress extends ValueWidget<Integer, IntProgress> {
  /**
   * A bar from {@code min} to {@code max}, filled up to {@code value}.
   *
   * @throws IllegalArgumentException if the value is not in the range
   */
  public IntProgress(int min, int max, int value) {
    super(
        Kind.control("IntProgress", "Progress"),
        "ProgressStyle",
        "value",
        Map.of("min", min, "max", max, "value", Range.check(min, max, value)));
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
