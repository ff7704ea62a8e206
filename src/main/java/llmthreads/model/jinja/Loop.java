package llmthreads.model.jinja;

import java.util.List;
import java.util.Objects;

/** What a loop's body knows as {@code loop}. */
final class Loop {
  private final List<Object> items;
  private int index;
  private List<Object> seen;

  Loop(List<Object> items) {
    this.items = items;
  }

  void moveTo(int place) {
    index = place;
  }

  Object member(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> items.size() - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "previtem" ->
          index == 0 ? new Undefined("there is no previous item") : items.get(index - 1);
      case "nextitem" ->
          index == items.size() - 1 ? new Undefined("there is no next item") : items.get(index + 1);
      case "cycle" -> (Callable) (values, named) -> values.get(index % values.size());
      case "changed" ->
          (Callable)
              (values, named) -> {
                boolean changed = !Objects.equals(seen, values);
                seen = values;
                return changed;
              };
      default -> new Undefined("'loop' has no attribute '%s'".formatted(name));
    };
  }
}
