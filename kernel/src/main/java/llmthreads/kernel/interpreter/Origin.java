package llmthreads.kernel.interpreter;

/**
 * A text that code came from: a cell, a loaded file. Lines count from 1.
 *
 * @param label how messages call it, such as {@code cell [3]}
 */
record Origin(String label, String text) {
  /** The number of the line that holds a character. */
  int lineAt(int offset) {
    return 1 + (int) text.chars().limit(Math.max(0, offset)).filter(c -> c == '\n').count();
  }

  /** One line, without its end; empty where there is none. */
  String line(int number) {
    return text.lines().skip(number - 1L).findFirst().orElse("");
  }

  /** Where the line of a character begins. */
  int lineStart(int offset) {
    return text.lastIndexOf('\n', Math.min(offset, text.length()) - 1) + 1;
  }
}
