package llmthreads.model.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Methods of strings, lists and mappings; none changes the value that it is called on. */
final class Methods {
  private Methods() {}

  /** A method of a mapping; null when it has none of that name. */
  static Callable ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" -> (args, named) -> items(map);
      case "keys" -> (args, named) -> new ArrayList<>(map.keySet());
      case "values" -> (args, named) -> new ArrayList<>(map.values());
      case "get" ->
          (args, named) -> {
            Args given = new Args(name, args, named);
            Object key = given.get(0, "key");
            return map.containsKey(key) ? map.get(key) : given.get(1, "default", null);
          };
      default -> null;
    };
  }

  static List<Object> items(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(new Tuple(Arrays.asList(key, value))));
    return pairs;
  }

  /** A method of a list; null when it has none of that name. */
  static Callable ofList(List<?> list, String name) {
    return switch (name) {
      case "index" ->
          (args, named) -> {
            for (int i = 0; i < list.size(); i++) {
              if (Values.equal(list.get(i), args.getFirst())) {
                return (long) i;
              }
            }
            throw new TemplateException(Values.inside(args.getFirst()) + " is not in the list");
          };
      case "count" ->
          (args, named) -> list.stream().filter(i -> Values.equal(i, args.getFirst())).count();
      case "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse" ->
          throw new TemplateException("a template must not change a list: '%s'".formatted(name));
      default -> null;
    };
  }

  /** A method of a string; null when it has none of that name. */
  static Callable ofString(String text, String name) {
    return switch (name) {
      case "strip" -> (args, named) -> strip(text, chars(args), true, true);
      case "lstrip" -> (args, named) -> strip(text, chars(args), true, false);
      case "rstrip" -> (args, named) -> strip(text, chars(args), false, true);
      case "upper" -> (args, named) -> text.toUpperCase(Locale.ROOT);
      case "lower" -> (args, named) -> text.toLowerCase(Locale.ROOT);
      case "title" -> (args, named) -> title(text);
      case "capitalize" -> (args, named) -> capitalize(text);
      case "startswith" -> (args, named) -> any(args.getFirst(), text::startsWith);
      case "endswith" -> (args, named) -> any(args.getFirst(), text::endsWith);
      case "removeprefix" ->
          (args, named) -> {
            String prefix = Values.text(args.getFirst());
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          };
      case "removesuffix" ->
          (args, named) -> {
            String suffix = Values.text(args.getFirst());
            return text.endsWith(suffix)
                ? text.substring(0, text.length() - suffix.length())
                : text;
          };
      case "split" -> (args, named) -> split(text, new Args(name, args, named));
      case "rsplit" -> (args, named) -> splitFromEnd(text, new Args(name, args, named));
      case "splitlines" -> (args, named) -> new ArrayList<Object>(text.lines().toList());
      case "join" ->
          (args, named) ->
              String.join(text, Values.items(args.getFirst()).stream().map(Values::text).toList());
      case "replace" ->
          (args, named) -> {
            Args given = new Args(name, args, named);
            return replace(
                text,
                given.text(0, "old"),
                given.text(1, "new"),
                Values.whole(given.get(2, "count", -1L)));
          };
      case "find" -> (args, named) -> place(text, text.indexOf(Values.text(args.getFirst())));
      case "rfind" -> (args, named) -> place(text, text.lastIndexOf(Values.text(args.getFirst())));
      case "count" ->
          (args, named) ->
              Pattern.compile(Pattern.quote(Values.text(args.getFirst())))
                  .matcher(text)
                  .results()
                  .count();
      case "isdigit" -> (args, named) -> all(text, Character::isDigit);
      case "isalpha" -> (args, named) -> all(text, Character::isLetter);
      case "isalnum" -> (args, named) -> all(text, Character::isLetterOrDigit);
      case "isspace" -> (args, named) -> all(text, Character::isWhitespace);
      case "isupper" ->
          (args, named) ->
              text.equals(text.toUpperCase(Locale.ROOT))
                  && !text.equals(text.toLowerCase(Locale.ROOT));
      case "islower" ->
          (args, named) ->
              text.equals(text.toLowerCase(Locale.ROOT))
                  && !text.equals(text.toUpperCase(Locale.ROOT));
      default -> null;
    };
  }

  private static long place(String text, int index) {
    return index < 0 ? -1 : text.codePointCount(0, index);
  }

  private static boolean all(String text, IntPredicate is) {
    return !text.isEmpty() && text.codePoints().allMatch(is);
  }

  private static boolean any(Object prefixes, Predicate<String> is) {
    return prefixes instanceof List<?> list
        ? list.stream().map(Values::text).anyMatch(is)
        : is.test(Values.text(prefixes));
  }

  private static String chars(List<Object> args) {
    return args.isEmpty() || args.getFirst() == null ? null : Values.text(args.getFirst());
  }

  /** Without these characters, or without white space, at its ends. */
  static String strip(String text, String chars, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && isOne(text.charAt(from), chars)) {
      from++;
    }
    while (right && to > from && isOne(text.charAt(to - 1), chars)) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isOne(char c, String chars) {
    return chars == null
        ? Character.isWhitespace(c) || c == '\u00a0' || c == '\u0085'
        : chars.indexOf(c) >= 0;
  }

  private static List<Object> split(String text, Args args) {
    Object separator = args.get(0, "sep", null);
    long most = Values.whole(args.get(1, "maxsplit", -1L));
    List<Object> parts = new ArrayList<>();
    if (separator == null) {
      String rest = strip(text, null, true, false);
      while (!rest.isEmpty()) {
        int end = 0;
        while (end < rest.length() && !isOne(rest.charAt(end), null)) {
          end++;
        }
        if (most >= 0 && parts.size() == most) {
          end = rest.length();
        }
        parts.add(rest.substring(0, end));
        rest =
            parts.size() > most && most >= 0 ? "" : strip(rest.substring(end), null, true, false);
      }
      return parts;
    }
    String by = required(separator);
    int from = 0;
    int at;
    while ((at = text.indexOf(by, from)) >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(from, at));
      from = at + by.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static List<Object> splitFromEnd(String text, Args args) {
    String by = required(args.get(0, "sep"));
    long most = Values.whole(args.get(1, "maxsplit", -1L));
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    int at;
    while ((at = text.lastIndexOf(by, end - by.length())) >= 0
        && end >= by.length()
        && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(at + by.length(), end));
      end = at;
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    return parts;
  }

  private static String required(Object separator) {
    String by = Values.text(separator);
    if (by.isEmpty()) {
      throw new TemplateException("a separator cannot be empty");
    }
    return by;
  }

  static String replace(String text, String old, String by, long most) {
    if (most < 0) {
      return text.replace(old, by);
    }
    String replaced = text;
    int from = 0;
    for (long i = 0; i < most && (from = replaced.indexOf(old, from)) >= 0; i++) {
      replaced = replaced.substring(0, from) + by + replaced.substring(from + old.length());
      from += by.length();
    }
    return replaced;
  }

  static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inside = false;
    for (char c : text.toCharArray()) {
      title.append(inside ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inside = Character.isLetter(c);
    }
    return title.toString();
  }
}
