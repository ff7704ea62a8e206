package llmthreads.kernel.widget;

import java.util.List;
import java.util.Map;

/**
 * Widgets in a row or a column.
 *
 * @param <W> the box's own class
 */
public abstract sealed class Box<W extends Box<W>> extends Widget<W> permits HBox, VBox {
  Box(String name, List<? extends Widget<?>> children) {
    super(Kind.control(name, name), "", Map.of("children", references(children), "box_style", ""));
  }

  /** Puts other widgets into the place of those that are there. */
  public final W children(Widget<?>... children) {
    return set("children", references(List.of(children)));
  }

  private static List<String> references(List<? extends Widget<?>> children) {
    return children.stream().map(each -> each.model().reference()).toList();
  }
}
