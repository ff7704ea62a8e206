package llmthreads.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** What stands behind a dot or in brackets. */
final class Members {
  private Members() {}

  static Object attribute(Object of, String name) {
    if (of instanceof Undefined missing) {
      throw missing.error();
    }
    Callable method =
        switch (of) {
          case Map<?, ?> map -> Methods.ofMap(map, name);
          case String text -> Methods.ofString(text, name);
          case List<?> list -> Methods.ofList(list, name);
          case null, default -> null;
        };
    if (method != null) {
      return method;
    }
    return switch (of) {
      case Loop loop -> loop.member(name);
      case Namespace namespace -> namespace.members().getOrDefault(name, missing(of, name));
      case Map<?, ?> map when map.containsKey(name) -> map.get(name);
      case null, default -> missing(of, name);
    };
  }

  static Object item(Object of, Object key) {
    return switch (of) {
      case Undefined missing -> throw missing.error();
      case Map<?, ?> map when map.containsKey(key) -> map.get(key);
      case List<?> list when key instanceof Long place -> at(list.size(), place, list::get, of);
      case String text when key instanceof Long place -> {
        int[] points = text.codePoints().toArray();
        yield at(points.length, place, i -> Character.toString(points[i]), of);
      }
      case null -> missing(null, Values.shown(key));
      default -> key instanceof String name ? attribute(of, name) : missing(of, Values.shown(key));
    };
  }

  private static Object at(int size, long place, IntFunction<Object> item, Object of) {
    long index = place < 0 ? place + size : place;
    return index >= 0 && index < size ? item.apply((int) index) : missing(of, "item " + place);
  }

  private static Undefined missing(Object of, String name) {
    return new Undefined("%s has no '%s'".formatted(Values.typeOf(of), name));
  }

  /** Every {@code step}-th item of a list or string, negative places counted from its end. */
  static Object slice(Object of, Object from, Object to, Object step) {
    if (of instanceof Undefined missing) {
      throw missing.error();
    }
    if (!(of instanceof String) && !(of instanceof List<?>)) {
      throw new TemplateException(Values.typeOf(of) + " cannot be sliced");
    }
    List<Object> items = Values.items(of);
    long by = step == null ? 1 : Values.whole(step);
    if (by == 0) {
      throw new TemplateException("a slice's step cannot be zero");
    }
    int size = items.size();
    long first = bound(from, by > 0 ? 0 : size - 1, size, by);
    long end = to == null ? by > 0 ? size : -1 : bound(to, 0, size, by);
    List<Object> chosen = new ArrayList<>();
    for (long i = first; by > 0 ? i < end : i > end; i += by) {
      chosen.add(items.get((int) i));
    }
    return of instanceof String
        ? String.join("", chosen.stream().map(Values::text).toList())
        : chosen;
  }

  private static long bound(Object given, long otherwise, int size, long step) {
    if (given == null) {
      return otherwise;
    }
    long place = Values.whole(given);
    long index = place < 0 ? place + size : place;
    return step > 0 ? Math.clamp(index, 0, size) : Math.clamp(index, -1, size - 1);
  }
}
