package llmthreads.kernel.widget;

import java.util.List;

/** Widgets in a column. Safe for use by several threads. */
public final class VBox extends Box<VBox> {
  /** A column of widgets. */
  public VBox(Widget<?>... children) {
    super("VBox", List.of(children));
  }
}
