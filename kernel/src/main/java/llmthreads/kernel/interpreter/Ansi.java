package llmthreads.kernel.interpreter;

/**
 * The few colours of traces, as terminals and notebooks understand them: of the 256 of the palette
 * those that stand out from a light ground as well as from a dark one, also where JupyterLab makes
 * it red. Of the palette's first 16, which themes define, none does.
 */
final class Ansi {
  private Ansi() {}

  static String error(String text) {
    return "\u001b[1;38;5;196m" + text + "\u001b[0m";
  }

  static String place(String text) {
    return "\u001b[38;5;32m" + text + "\u001b[0m";
  }

  static String dim(String text) {
    return "\u001b[2m" + text + "\u001b[0m";
  }
}
