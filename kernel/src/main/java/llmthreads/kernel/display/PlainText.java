package llmthreads.kernel.display;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Values as text: arrays with their elements, and what is huge cut, with a word on how much is
 * missing.
 */
final class PlainText {
  static final int MAX_ELEMENTS = 200;
  static final int MAX_CHARACTERS = 50_000;
  private static final int MAX_DEPTH = 6;

  private PlainText() {}

  /** The text of a value; {@code null} is {@code "null"}. */
  static String of(Object value) {
    String text = text(value, 0);
    if (text.length() <= MAX_CHARACTERS) {
      return text;
    }
    int end = MAX_CHARACTERS - (Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1)) ? 1 : 0);
    return text.substring(0, end)
        + String.format(Locale.ROOT, "… (%,d of %,d characters shown)", end, text.length());
  }

  private static String text(Object value, int depth) {
    if (value == null || depth > MAX_DEPTH) {
      return String.valueOf(value);
    }
    if (value.getClass().isArray()) {
      return array(value, depth);
    }
    if (value instanceof Collection<?> collection && fromJdk(value)) {
      return elements("[", "]", collection.iterator(), collection.size(), depth);
    }
    if (value instanceof Map<?, ?> map && fromJdk(value)) {
      return elements("{", "}", map.entrySet().iterator(), map.size(), depth);
    }
    if (value instanceof Map.Entry<?, ?> entry && fromJdk(value)) {
      return text(entry.getKey(), depth + 1) + "=" + text(entry.getValue(), depth + 1);
    }
    return String.valueOf(value.toString());
  }

  /** A type outside the JDK has its own idea of how its text looks. */
  private static boolean fromJdk(Object value) {
    return value.getClass().getName().startsWith("java.");
  }

  private static String array(Object array, int depth) {
    int size = Array.getLength(array);
    List<Object> shown = new ArrayList<>();
    for (int i = 0; i < Math.min(size, MAX_ELEMENTS); i++) {
      shown.add(Array.get(array, i));
    }
    return elements("[", "]", shown.iterator(), size, depth);
  }

  private static String elements(
      String open, String close, Iterator<?> elements, int size, int depth) {
    StringBuilder text = new StringBuilder(open);
    int shown = 0;
    while (shown < MAX_ELEMENTS && text.length() < MAX_CHARACTERS && elements.hasNext()) {
      text.append(shown == 0 ? "" : ", ").append(text(elements.next(), depth + 1));
      shown++;
    }
    if (size > shown) {
      text.append(String.format(Locale.ROOT, ", … (%,d of %,d elements shown)", shown, size));
    }
    return text.append(close).toString();
  }
}
