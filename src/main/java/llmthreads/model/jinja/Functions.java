package llmthreads.model.jinja;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template may call. */
final class Functions {
  private Functions() {}

  static void define(Scope scope, LocalDateTime now) {
    scope.set("range", (Callable) (args, named) -> range(args));
    scope.set("namespace", (Callable) (args, named) -> new Namespace(members(args, named)));
    scope.set("dict", (Callable) (args, named) -> members(args, named));
    scope.set(
        "raise_exception",
        (Callable)
            (args, named) -> {
              throw new TemplateException(
                  "the template refuses: " + Values.shown(args.isEmpty() ? "" : args.getFirst()));
            });
    scope.set(
        "strftime_now", (Callable) (args, named) -> strftime(now, Values.text(args.getFirst())));
  }

  private static Map<String, Object> members(List<Object> args, Map<String, Object> named) {
    Map<String, Object> members = new LinkedHashMap<>();
    if (!args.isEmpty() && args.getFirst() instanceof Map<?, ?> map) {
      map.forEach((key, value) -> members.put(Values.text(key), value));
    }
    members.putAll(named);
    return members;
  }

  private static List<Object> range(List<Object> args) {
    long from = args.size() < 2 ? 0 : Values.whole(args.getFirst());
    long to = Values.whole(args.get(args.size() < 2 ? 0 : 1));
    long step = args.size() < 3 ? 1 : Values.whole(args.get(2));
    if (step == 0 || (to - from) / step > 100_000) {
      throw new TemplateException("range has a step of zero or more than 100,000 numbers");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      numbers.add(i);
    }
    return numbers;
  }

  private static String strftime(LocalDateTime now, String format) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      boolean plain = c != '%' || i == format.length() - 1;
      text.append(plain ? String.valueOf(c) : field(now, format.charAt(++i)));
    }
    return text.toString();
  }

  private static String field(LocalDateTime now, char code) {
    return switch (code) {
      case 'Y' -> String.valueOf(now.getYear());
      case 'y' -> "%02d".formatted(now.getYear() % 100);
      case 'm' -> "%02d".formatted(now.getMonthValue());
      case 'd' -> "%02d".formatted(now.getDayOfMonth());
      case 'H' -> "%02d".formatted(now.getHour());
      case 'I' -> "%02d".formatted((now.getHour() + 11) % 12 + 1);
      case 'M' -> "%02d".formatted(now.getMinute());
      case 'S' -> "%02d".formatted(now.getSecond());
      case 'j' -> "%03d".formatted(now.getDayOfYear());
      case 'p' -> now.getHour() < 12 ? "AM" : "PM";
      case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b' -> now.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'a' -> now.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case '%' -> "%";
      default ->
          throw new TemplateException(
              "this project does not know '%%%s' of a date".formatted(code));
    };
  }
}
