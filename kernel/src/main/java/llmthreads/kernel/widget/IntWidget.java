package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import java.util.Map;

/**
 * A widget that holds a whole number between its attributes {@code min} and {@code max}.
 *
 * @param <W> the widget's own class
 */
public abstract sealed class IntWidget<W extends IntWidget<W>> extends ValueWidget<Integer, W>
    permits IntProgress, IntSlider {
  /** Opens it. */
  IntWidget(Kind kind, String styleName, Map<String, ?> attributes) {
    super(kind, styleName, "value", attributes);
  }

  @Override
  final Integer decode(JsonElement json) {
    return json.getAsInt();
  }

  @Override
  final Object encode(Integer value) {
    return Range.check(get("min").getAsInt(), get("max").getAsInt(), value);
  }
}
