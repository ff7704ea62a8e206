package llmthreads.model.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Values as JSON, with the spaces that Python puts. */
final class Json {
  private final String itemEnd;
  private final String keyEnd;
  private final String indent;
  private final boolean sorted;
  private final boolean ascii;

  private Json(Args args) {
    Object given = args.get(1, "indent", null);
    Object wanted = args.named().containsKey("indent") ? args.named().get("indent") : given;
    this.indent =
        wanted == null
            ? null
            : wanted instanceof String text ? text : " ".repeat((int) Values.whole(wanted));
    List<Object> ends =
        args.named().get("separators") instanceof List<?> list
            ? Values.items(list)
            : List.of(indent == null ? ", " : ",", ": ");
    this.itemEnd = Values.text(ends.get(0));
    this.keyEnd = Values.text(ends.get(1));
    this.sorted = Values.isTrue(args.named().getOrDefault("sort_keys", false));
    this.ascii = Values.isTrue(args.get(0, "ensure_ascii", false));
  }

  static String text(Object value, Args args) {
    StringBuilder text = new StringBuilder();
    new Json(args).write(value, text, 0);
    return text.toString();
  }

  private void write(Object value, StringBuilder text, int depth) {
    switch (value) {
      case null -> text.append("null");
      case Boolean truth -> text.append(truth);
      case Long number -> text.append(number);
      case Double number -> text.append(number(number));
      case String string -> quote(string, text);
      case List<?> list -> {
        List<Runnable> items = new ArrayList<>();
        list.forEach(item -> items.add(() -> write(item, text, depth + 1)));
        all(items, '[', ']', text, depth);
      }
      case Map<?, ?> map -> {
        Collection<?> keys =
            sorted ? map.keySet().stream().sorted(Values::compare).toList() : map.keySet();
        List<Runnable> items = new ArrayList<>();
        for (Object key : keys) {
          items.add(
              () -> {
                quote(key instanceof String name ? name : plainKey(key), text);
                text.append(keyEnd);
                write(map.get(key), text, depth + 1);
              });
        }
        all(items, '{', '}', text, depth);
      }
      case Undefined missing -> throw missing.error();
      default -> throw new TemplateException(Values.typeOf(value) + " has no form in JSON");
    }
  }

  private static String plainKey(Object key) {
    return switch (key) {
      case null -> "null";
      case Boolean truth -> truth.toString();
      default -> Values.shown(key);
    };
  }

  private void all(List<Runnable> items, char open, char close, StringBuilder text, int depth) {
    text.append(open);
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "" : itemEnd);
      line(text, depth + 1);
      items.get(i).run();
    }
    if (!items.isEmpty()) {
      line(text, depth);
    }
    text.append(close);
  }

  private void line(StringBuilder text, int depth) {
    if (indent != null) {
      text.append('\n').append(indent.repeat(depth));
    }
  }

  private static String number(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    return Double.isInfinite(number) ? number > 0 ? "Infinity" : "-Infinity" : Values.shown(number);
  }

  private void quote(String string, StringBuilder text) {
    text.append('"');
    for (char c : string.toCharArray()) {
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c < 32 || ascii && c > 126) {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
