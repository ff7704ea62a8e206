package llmthreads.kernel.interpreter;

/**
 * Just enough of Java's lexical grammar to tell code from comments, strings and text blocks, line
 * by line. One instance reads one text.
 */
final class JavaText {
  private enum State {
    CODE,
    COMMENT,
    TEXT_BLOCK
  }

  private State state = State.CODE;

  /** Whether the next line begins in code. */
  boolean inCode() {
    return state == State.CODE;
  }

  /** Reads one line. */
  void read(String text, int from, int to) {
    int i = from;
    while (i < to) {
      i =
          switch (state) {
            case COMMENT -> leave(text, "*/", i, to);
            case TEXT_BLOCK -> textBlock(text, i);
            case CODE -> code(text, i, to);
          };
    }
  }

  /** The first character at or after {@code from} that is neither white space nor in a comment. */
  static int skipBlank(String text, int from, int to) {
    int i = from;
    while (i < to) {
      if (Character.isWhitespace(text.charAt(i))) {
        i++;
      } else if (text.startsWith("//", i)) {
        int end = text.indexOf('\n', i);
        i = end < 0 ? to : end;
      } else if (text.startsWith("/*", i) && text.indexOf("*/", i + 2) >= 0) {
        i = text.indexOf("*/", i + 2) + 2;
      } else {
        return i;
      }
    }
    return to;
  }

  private int leave(String text, String end, int from, int to) {
    int found = text.indexOf(end, from);
    if (found < 0 || found >= to) {
      return to;
    }
    state = State.CODE;
    return found + end.length();
  }

  private int textBlock(String text, int from) {
    if (text.charAt(from) == '\\') {
      return from + 2;
    }
    if (text.startsWith("\"\"\"", from)) {
      state = State.CODE;
      return from + 3;
    }
    return from + 1;
  }

  private int code(String text, int from, int to) {
    if (text.startsWith("//", from)) {
      return to;
    }
    if (text.startsWith("/*", from)) {
      state = State.COMMENT;
      return from + 2;
    }
    if (text.startsWith("\"\"\"", from)) {
      state = State.TEXT_BLOCK;
      return from + 3;
    }
    char c = text.charAt(from);
    return c == '"' || c == '\'' ? literal(text, c, from + 1, to) : from + 1;
  }

  private static int literal(String text, char quote, int from, int to) {
    int i = from;
    while (i < to && text.charAt(i) != quote) {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return i + 1;
  }
}
