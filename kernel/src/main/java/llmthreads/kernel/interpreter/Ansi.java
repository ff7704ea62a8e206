package llmthreads.kernel.interpreter;

/** The few colours of traces, as terminals and notebooks understand them. */
final class Ansi {
  private Ansi() {}

  static String error(String text) {
    return "\u001b[1;31m" + text + "\u001b[0m";
  }

  static String place(String text) {
    return "\u001b[36m" + text + "\u001b[0m";
  }

  static String dim(String text) {
    return "\u001b[2m" + text + "\u001b[0m";
  }
}
