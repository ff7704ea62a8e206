package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import java.util.Map;

/** A box to be ticked. Safe for use by several threads. */
public final class Checkbox extends ValueWidget<Boolean, Checkbox> {
  /** A box with the text beside it. */
  public Checkbox(String description, boolean value) {
    super(
        Kind.control("Checkbox", "Checkbox"),
        "CheckboxStyle",
        "value",
        Map.of("value", value, "description", description, "indent", false));
  }

  @Override
  Boolean decode(JsonElement json) {
    return json.getAsBoolean();
  }

  @Override
  Object encode(Boolean value) {
    return value;
  }
}
