package llmthreads.kernel.interpreter;

/**
 * A place in code that JShell is asked about.
 *
 * @param text a snippet, with what it needs of its cell before it
 * @param position counts UTF-16 units of the text
 */
record Cursor(String text, int position) {
  /** The text up to the place. */
  String before() {
    return text.substring(0, position);
  }
}
