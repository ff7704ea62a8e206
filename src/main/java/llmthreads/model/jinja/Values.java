package llmthreads.model.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What values are to a template: true or not, equal, in order, and how they are printed. */
final class Values {
  private Values() {}

  static boolean isTrue(Object value) {
    return switch (value) {
      case null -> false;
      case Undefined _ -> false;
      case Boolean truth -> truth;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static boolean equal(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return left instanceof Double || right instanceof Double
          ? decimal(left) == decimal(right)
          : whole(left) == whole(right);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      Iterator<?> others = b.iterator();
      return a.size() == b.size() && a.stream().allMatch(item -> equal(item, others.next()));
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.size() == b.size()
          && a.entrySet().stream()
              .allMatch(e -> b.containsKey(e.getKey()) && equal(e.getValue(), b.get(e.getKey())));
    }
    return left instanceof Undefined && right instanceof Undefined || Objects.equals(left, right);
  }

  static int compare(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return left instanceof Double || right instanceof Double
          ? Double.compare(decimal(left), decimal(right))
          : Long.compare(whole(left), whole(right));
    }
    if (left instanceof String a && right instanceof String b) {
      int[] first = a.codePoints().toArray();
      int[] second = b.codePoints().toArray();
      return Arrays.compare(first, second);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return compare(a.get(i), b.get(i));
        }
      }
      return Integer.compare(a.size(), b.size());
    }
    throw new TemplateException("%s and %s have no order".formatted(typeOf(left), typeOf(right)));
  }

  static long whole(Object value) {
    return switch (value) {
      case Long number -> number;
      case Boolean truth -> truth ? 1 : 0;
      case Undefined missing -> throw missing.error();
      case null, default ->
          throw new TemplateException("a whole number belongs here, not " + typeOf(value));
    };
  }

  static double decimal(Object value) {
    return value instanceof Double number ? number : whole(value);
  }

  static String text(Object value) {
    if (value instanceof Undefined missing) {
      throw missing.error();
    }
    if (value instanceof String text) {
      return text;
    }
    throw new TemplateException("a string belongs here, not " + typeOf(value));
  }

  /** Items to be looped over: of a map its keys, of a string its characters. */
  static List<Object> items(Object value) {
    return switch (value) {
      case Undefined _ -> List.of();
      case List<?> list -> new ArrayList<>(list);
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      case String text ->
          text.codePoints().mapToObj(Character::toString).collect(Collectors.toList());
      case null, default -> throw new TemplateException(typeOf(value) + " has no items");
    };
  }

  static String typeOf(Object value) {
    return switch (value) {
      case null -> "none";
      case Undefined _ -> "an undefined value";
      case Boolean _ -> "a boolean";
      case Long _ -> "an integer";
      case Double _ -> "a float";
      case String _ -> "a string";
      case List<?> _ -> "a list";
      case Map<?, ?> _ -> "a mapping";
      case Callable _ -> "a function";
      default -> "an object";
    };
  }

  /** As it is printed. */
  static String shown(Object value) {
    return switch (value) {
      case String text -> text;
      case Undefined _ -> "";
      case null, default -> inside(value);
    };
  }

  /** As it is printed inside a list. */
  static String inside(Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean truth -> truth ? "True" : "False";
      case Double number -> shown(number.doubleValue());
      case String text -> quoted(text);
      case Tuple tuple ->
          tuple.stream()
              .map(Values::inside)
              .collect(Collectors.joining(", ", "(", tuple.size() == 1 ? ",)" : ")"));
      case List<?> list ->
          list.stream().map(Values::inside).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> inside(entry.getKey()) + ": " + inside(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case Undefined _ -> "Undefined";
      default -> value.toString();
    };
  }

  /** Python's shortest form, with an exponent below 10⁻⁴ and from 10¹⁶ on. */
  static String shown(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    if (size == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = digits.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String all = digits.unscaledValue().abs().toString();
    String fraction = all.length() > 1 ? "." + all.substring(1) : "";
    return "%s%s%se%s%02d"
        .formatted(
            number < 0 ? "-" : "",
            all.charAt(0),
            fraction,
            exponent < 0 ? "-" : "+",
            Math.abs(exponent));
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                case '\\' -> quoted.append("\\\\");
                default -> {
                  if (c == quote) {
                    quoted.append('\\').append(quote);
                  } else if (c < 32 || c == 127) {
                    quoted.append("\\x%02x".formatted(c));
                  } else {
                    quoted.appendCodePoint(c);
                  }
                }
              }
            });
    return quoted.append(quote).toString();
  }
}
