package llmthreads.kernel.widget;

/**
 * Which classes of a client show a model.
 *
 * @param module the package of JavaScript that they are in
 * @param version the range of its versions
 */
record Kind(String module, String version, String model, String viewModule, String view) {
  private static final String BASE = "@jupyter-widgets/base";
  private static final String CONTROLS = "@jupyter-widgets/controls";
  private static final String VERSION = "2.0.0";

  /** How anything is laid out: sizes, margins, in CSS. */
  static final Kind LAYOUT = new Kind(BASE, VERSION, "LayoutModel", BASE, "LayoutView");

  /** A control, such as {@code IntSlider}. */
  static Kind control(String model, String view) {
    return new Kind(CONTROLS, VERSION, model + "Model", CONTROLS, view + "View");
  }

  /** The looks of a control, such as {@code SliderStyle}. */
  static Kind style(String model) {
    return new Kind(CONTROLS, VERSION, model + "Model", BASE, "StyleView");
  }

  /** What captures the output of cells. */
  static Kind output() {
    String module = "@jupyter-widgets/output";
    return new Kind(module, "1.0.0", "OutputModel", module, "OutputView");
  }

  /** The version of the views' package. */
  String viewVersion() {
    return viewModule.equals(module) ? version : VERSION;
  }
}
