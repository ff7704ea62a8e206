package llmthreads.kernel.widget;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;

/**
 * A list of which one is chosen. Safe for use by several threads.
 *
 * @param <T> what can be chosen; its {@code toString()} is shown
 */
public final class Dropdown<T> extends ValueWidget<T, Dropdown<T>> {
  private final List<T> options;

  /**
   * A list with its first option chosen.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Dropdown(List<T> options) {
    super(
        Kind.control("Dropdown", "Dropdown"),
        "DescriptionStyle",
        "index",
        Map.of("_options_labels", labels(options), "index", 0));
    this.options = List.copyOf(options);
  }

  /** The same with the options one by one. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public Dropdown(T... options) {
    this(List.of(options));
  }

  private static List<String> labels(List<?> options) {
    if (options.isEmpty()) {
      throw new IllegalArgumentException("A dropdown needs an option at least.");
    }
    return options.stream().map(String::valueOf).toList();
  }

  /** What can be chosen. */
  public List<T> options() {
    return options;
  }

  /** The option, null where a client has chosen none. */
  @Override
  T decode(JsonElement json) {
    int index = json.isJsonNull() ? -1 : json.getAsInt();
    return index >= 0 && index < options.size() ? options.get(index) : null;
  }

  @Override
  Object encode(T value) {
    int index = options.indexOf(value);
    if (index < 0) {
      throw new IllegalArgumentException(
          "'" + value + "' is none of the options: " + options + ".");
    }
    return index;
  }
}
