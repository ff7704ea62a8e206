package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import java.util.Map;
import java.util.Objects;

/** A line of text to be written in. Safe for use by several threads. */
public final class Text extends ValueWidget<String, Text> {
  /** A line that begins with a text. */
  public Text(String value) {
    super(
        Kind.control("Text", "Text"),
        "TextStyle",
        "value",
        Map.of("value", value, "placeholder", "", "continuous_update", true));
  }

  @Override
  String decode(JsonElement json) {
    return json.getAsString();
  }

  @Override
  Object encode(String value) {
    return Objects.requireNonNull(value, "A text widget holds no null; use an empty text.");
  }
}
