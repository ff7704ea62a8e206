package llmthreads.kernel.widget;

import java.util.List;

/** Widgets in a row. Safe for use by several threads. */
public final class HBox extends Box<HBox> {
  /** A row of widgets. */
  public HBox(Widget<?>... children) {
    super("HBox", List.of(children));
  }
}
