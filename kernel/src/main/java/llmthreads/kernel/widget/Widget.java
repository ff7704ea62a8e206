package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llmthreads.kernel.display.Displayable;
import llmthreads.kernel.display.MimeBundle;

/**
 * Something in a notebook that its reader can see change, and mostly change too. Every widget lives
 * in a cell's kernel until it is closed. Safe for use by several threads.
 *
 * @param <W> the widget's own class, so that calls can be chained
 */
public abstract sealed class Widget<W extends Widget<W>> implements Displayable
    permits Box, Button, Output, ValueWidget {
  private static final String VIEW = "application/vnd.jupyter.widget-view+json";

  private final Model layout = new Model(Kind.LAYOUT, Map.of());

  /** Null where there is nothing to style. */
  private final Model style;

  private final Model model;

  /**
   * Opens a widget.
   *
   * @param styleName its style, such as {@code SliderStyle}; empty for none
   * @throws IllegalStateException if no kernel runs in this JVM
   */
  Widget(Kind kind, String styleName, Map<String, ?> attributes) {
    style = styleName.isEmpty() ? null : new Model(Kind.style(styleName), Map.of());
    Map<String, Object> all = new LinkedHashMap<>(attributes);
    all.put("layout", layout.reference());
    all.put("_dom_classes", List.of());
    if (style != null) {
      all.put("style", style.reference());
      all.putIfAbsent("description", "");
      all.put("disabled", false);
    }
    model = new Model(kind, all);
  }

  /** Identifies the widget on both sides. */
  public final String id() {
    return model.id();
  }

  /** An attribute under the protocol's name for it, such as {@code readout_format}; may be null. */
  public final JsonElement get(String attribute) {
    return model.get(attribute);
  }

  /**
   * Changes an attribute that has the protocol's name for it: {@code set("orientation",
   * "vertical")}.
   */
  public final W set(String attribute, Object value) {
    if (attribute.startsWith("_")) {
      throw new IllegalArgumentException(
          "The attribute '" + attribute + "' is fixed: it says which widget this is.");
    }
    model.set(attribute, value);
    return self();
  }

  /**
   * Places and sizes it by CSS: {@code layout("width", "50%")}; dashes are written as {@code _}.
   */
  public final W layout(String property, String css) {
    layout.set(property, css);
    return self();
  }

  /**
   * Changes its looks: {@code style("handle_color", "teal")}.
   *
   * @throws IllegalStateException if this widget has no style
   */
  public final W style(String property, Object value) {
    if (style == null) {
      throw new IllegalStateException(getClass().getSimpleName() + " has no style; use layout.");
    }
    style.set(property, value);
    return self();
  }

  /** Takes the widget away, from notebooks too. */
  public final void close() {
    model.close();
    layout.close();
    if (style != null) {
      style.close();
    }
  }

  @Override
  public final MimeBundle present() {
    JsonObject view = new JsonObject();
    view.addProperty("version_major", 2);
    view.addProperty("version_minor", 0);
    view.addProperty("model_id", id());
    return MimeBundle.text(toString()).with(VIEW, view);
  }

  /** Its class and the attributes that matter most, for clients that show no widgets. */
  @Override
  public String toString() {
    return getClass().getSimpleName();
  }

  final Model model() {
    return model;
  }

  @SuppressWarnings("unchecked") // every subclass names itself
  final W self() {
    return (W) this;
  }
}
