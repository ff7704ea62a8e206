package llmthreads.model.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** The filters: {@code value | name(arguments)}. */
final class Filters {
  private Filters() {}

  static Object apply(Object value, Args args) {
    return switch (args.function()) {
      case "default", "d" ->
          value instanceof Undefined
                  || Values.isTrue(args.get(1, "boolean", false)) && !Values.isTrue(value)
              ? args.get(0, "default_value", "")
              : value;
      case "tojson" -> Json.text(value, args);
      case "length", "count" -> (long) size(value);
      case "list" -> Values.items(value);
      case "first" -> end(Values.items(value), true);
      case "last" -> end(Values.items(value), false);
      case "string" -> Values.shown(value);
      case "safe" -> value;
      case "int" -> integer(value, args);
      case "float" -> decimal(value, args);
      case "abs" ->
          value instanceof Double number
              ? (Object) Math.abs(number)
              : (Object) Math.abs(Values.whole(value));
      case "round" -> round(value, args);
      case "items" -> value instanceof Undefined ? List.of() : Methods.items(map(value));
      case "dictsort" -> dictsort(map(value), args);
      default -> ofItems(value, args);
    };
  }

  private static Object ofItems(Object value, Args args) {
    return switch (args.function()) {
      case "join" -> join(value, args);
      case "map" -> Values.items(value).stream().map(mapped(args)).collect(listed());
      case "select" -> chosen(value, test(args, 0));
      case "reject" -> chosen(value, test(args, 0).negate());
      case "selectattr" -> chosen(value, attributeTest(args));
      case "rejectattr" -> chosen(value, attributeTest(args).negate());
      case "sort" -> sorted(value, args);
      case "unique" -> unique(Values.items(value));
      case "reverse" -> reversed(value);
      case "sum" -> sum(value, args);
      case "min" -> Values.items(value).stream().min(Values::compare).orElse(empty());
      case "max" -> Values.items(value).stream().max(Values::compare).orElse(empty());
      default -> ofText(Values.shown(value), args);
    };
  }

  private static Object ofText(String text, Args args) {
    return switch (args.function()) {
      case "trim" -> Methods.strip(text, (String) args.get(0, "chars", null), true, true);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> Methods.capitalize(text);
      case "title" -> title(text);
      case "replace" ->
          Methods.replace(
              text,
              args.text(0, "old"),
              args.text(1, "new"),
              args.get(2, "count", null) instanceof Long most ? most : -1);
      case "indent" -> indent(text, args);
      case "wordcount" -> text.isBlank() ? 0L : (long) text.strip().split("\\s+").length;
      default ->
          throw new TemplateException(
              "this project does not know the filter '%s'".formatted(args.function()));
    };
  }

  private static int size(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case null, default -> Values.items(value).size();
    };
  }

  private static Object end(List<Object> items, boolean first) {
    return items.isEmpty() ? empty() : first ? items.getFirst() : items.getLast();
  }

  private static Undefined empty() {
    return new Undefined("there is no item, the list is empty");
  }

  private static Map<?, ?> map(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new TemplateException("a mapping belongs here, not " + Values.typeOf(value));
  }

  private static Object integer(Object value, Args args) {
    return switch (value) {
      case Double number when Double.isFinite(number) -> (long) (double) number;
      case Long number -> number;
      case Boolean truth -> truth ? 1L : 0L;
      case String text -> {
        try {
          int base = (int) Values.whole(args.get(1, "base", 10L));
          yield Long.valueOf(text.strip(), base);
        } catch (NumberFormatException e) {
          yield decimal(text, args) instanceof Double number && number != 0
              ? (Object) (long) (double) number
              : args.get(0, "default", 0L);
        }
      }
      case null, default -> args.get(0, "default", 0L);
    };
  }

  private static Object decimal(Object value, Args args) {
    if (Values.isNumber(value)) {
      return Values.decimal(value);
    }
    try {
      return value instanceof String text
          ? Double.valueOf(text.strip())
          : args.get(0, "default", 0.0);
    } catch (NumberFormatException e) {
      return args.get(0, "default", 0.0);
    }
  }

  private static double round(Object value, Args args) {
    int digits = (int) Values.whole(args.get(0, "precision", 0L));
    RoundingMode mode =
        switch (Values.text(args.get(1, "method", "common"))) {
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> RoundingMode.HALF_EVEN;
        };
    return new BigDecimal(Values.decimal(value)).setScale(digits, mode).doubleValue();
  }

  private static String join(Object value, Args args) {
    String by = Values.shown(args.get(0, "d", ""));
    Function<Object, Object> of = attribute(args.get(1, "attribute", null));
    return Values.items(value).stream()
        .map(item -> Values.shown(of.apply(item)))
        .collect(Collectors.joining(by));
  }

  /** Reads {@code a.b.0} of an item; the item itself when there is no such path. */
  private static Function<Object, Object> attribute(Object path) {
    if (path == null) {
      return item -> item;
    }
    List<String> steps = List.of(Values.shown(path).split("\\."));
    return item -> {
      Object value = item;
      for (String step : steps) {
        boolean place = step.chars().allMatch(Character::isDigit);
        value = Members.item(value, place ? (Object) Long.valueOf(step) : step);
      }
      return value;
    };
  }

  private static Function<Object, Object> mapped(Args args) {
    if (args.named().containsKey("attribute")) {
      Function<Object, Object> of = attribute(args.named().get("attribute"));
      return item ->
          of.apply(item) instanceof Undefined missing
              ? args.named().getOrDefault("default", missing)
              : of.apply(item);
    }
    String filter = args.text(0, "filter");
    List<Object> rest = args.positional().subList(1, args.positional().size());
    return item -> apply(item, new Args(filter, rest, args.named()));
  }

  private static Predicate<Object> test(Args args, int place) {
    if (args.positional().size() <= place) {
      return Values::isTrue;
    }
    String name = args.text(place, "test");
    List<Object> rest = args.positional().subList(place + 1, args.positional().size());
    return item -> Tests.holds(name, item, rest);
  }

  private static Predicate<Object> attributeTest(Args args) {
    Function<Object, Object> of = attribute(args.get(0, "attribute"));
    Predicate<Object> test = test(args, 1);
    return item -> test.test(of.apply(item));
  }

  private static List<Object> chosen(Object value, Predicate<Object> test) {
    return Values.items(value).stream().filter(test).collect(listed());
  }

  private static Object sorted(Object value, Args args) {
    Function<Object, Object> of = attribute(args.get(2, "attribute", null));
    boolean cases = Values.isTrue(args.get(1, "case_sensitive", false));
    Comparator<Object> order =
        (a, b) -> Values.compare(folded(of.apply(a), cases), folded(of.apply(b), cases));
    boolean falling = Values.isTrue(args.get(0, "reverse", false));
    return Values.items(value).stream()
        .sorted(falling ? order.reversed() : order)
        .collect(listed());
  }

  private static Object folded(Object value, boolean cases) {
    return !cases && value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
  }

  private static List<Object> dictsort(Map<?, ?> map, Args args) {
    boolean cases = Values.isTrue(args.get(0, "case_sensitive", false));
    int by = args.get(1, "by", "key").equals("value") ? 1 : 0;
    Comparator<Object> order =
        (a, b) ->
            Values.compare(
                folded(((List<?>) a).get(by), cases), folded(((List<?>) b).get(by), cases));
    boolean falling = Values.isTrue(args.get(2, "reverse", false));
    return Methods.items(map).stream().sorted(falling ? order.reversed() : order).collect(listed());
  }

  private static List<Object> unique(List<Object> items) {
    List<Object> once = new ArrayList<>();
    for (Object item : items) {
      if (once.stream()
          .noneMatch(other -> Values.equal(folded(other, false), folded(item, false)))) {
        once.add(item);
      }
    }
    return once;
  }

  private static Object reversed(Object value) {
    List<Object> items = Values.items(value).reversed();
    return value instanceof String
        ? String.join("", items.stream().map(Values::text).toList())
        : new ArrayList<>(items);
  }

  private static Object sum(Object value, Args args) {
    Function<Object, Object> of = attribute(args.get(0, "attribute", null));
    Object sum = args.get(1, "start", 0L);
    for (Object item : Values.items(value)) {
      sum = Operators.apply("+", sum, of.apply(item));
    }
    return sum;
  }

  /** Behind hyphens, white space and opening brackets begins a word. */
  private static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean begins = true;
    for (char c : text.toCharArray()) {
      title.append(begins ? Character.toUpperCase(c) : Character.toLowerCase(c));
      begins = Character.isWhitespace(c) || "-({[<".indexOf(c) >= 0;
    }
    return title.toString();
  }

  private static String indent(String text, Args args) {
    Object width = args.get(0, "width", 4L);
    String by = width instanceof String given ? given : " ".repeat((int) Values.whole(width));
    boolean first = Values.isTrue(args.get(1, "first", false));
    boolean blank = Values.isTrue(args.get(2, "blank", false));
    List<String> lines = Arrays.asList(text.split("\n", -1));
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      boolean shifts = i == 0 ? first : blank || !lines.get(i).isEmpty();
      all.append(i == 0 ? "" : "\n").append(shifts ? by : "").append(lines.get(i));
    }
    return all.toString();
  }

  private static Collector<Object, ?, List<Object>> listed() {
    return Collectors.toCollection(ArrayList::new);
  }
}
