package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import java.util.Map;
import llmthreads.kernel.comm.Callback;

/**
 * A widget that holds a value.
 *
 * @param <T> the value's type
 * @param <W> the widget's own class
 */
public abstract sealed class ValueWidget<T, W extends ValueWidget<T, W>> extends Widget<W>
    permits Checkbox, Dropdown, FloatSlider, IntWidget, Text {
  private final String attribute;

  /**
   * Opens it.
   *
   * @param attribute which attribute holds the value
   */
  ValueWidget(Kind kind, String styleName, String attribute, Map<String, ?> attributes) {
    super(kind, styleName, attributes);
    this.attribute = attribute;
  }

  /** The value now. */
  public final T value() {
    return decode(get(attribute));
  }

  /**
   * Changes the value, in every notebook too.
   *
   * @throws IllegalArgumentException if the widget cannot have it
   */
  public final W value(T value) {
    return set(attribute, encode(value));
  }

  /** The text beside it. */
  public final W description(String text) {
    return set("description", text);
  }

  /**
   * Calls a function of this cell with the value whenever it changes. If a reader changes it, that
   * is between cells; what the function prints, and the error that ends it, appear below this cell.
   */
  public final W onChange(Callback.Action<? super T> action) {
    model().watch(attribute, json -> action.accept(decode(json)));
    return self();
  }

  @Override
  public String toString() {
    return super.toString() + "(" + value() + ")";
  }

  /** What an attribute says. */
  abstract T decode(JsonElement json);

  /** What an attribute is to say; refuses what the widget cannot have. */
  abstract Object encode(T value);
}
