package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import llmthreads.kernel.comm.Callback;

/** A button. Safe for use by several threads. */
public final class Button extends Widget<Button> {
  private static final JsonPrimitive CLICK = new JsonPrimitive("click");

  /** A button with a text on it. */
  public Button(String description) {
    super(
        Kind.control("Button", "Button"),
        "ButtonStyle",
        Map.of("description", description, "button_style", "", "icon", ""));
  }

  /**
   * Calls a function of this cell, between cells, whenever the button is clicked. What the function
   * prints, and the error that ends it, appear below this cell.
   */
  public Button onClick(Callback.Action<Button> action) {
    model()
        .onCustom(
            content -> {
              if (isClick(content)) {
                action.accept(this);
              }
            });
    return this;
  }

  private static boolean isClick(JsonElement content) {
    return content != null
        && content.isJsonObject()
        && CLICK.equals(content.getAsJsonObject().get("event"));
  }

  @Override
  public String toString() {
    return "Button(" + get("description").getAsString() + ")";
  }
}
