package llmthreads.model.jinja;

/**
 * A piece of a template.
 *
 * @param text what stands there; of a string what it means
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    /** Text outside of tags. */
    DATA,
    PRINT_BEGIN,
    PRINT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind other, String value) {
    return kind == other && text.equals(value);
  }

  String described() {
    return switch (kind) {
      case END -> "the end of the template";
      case PRINT_END -> "'}}'";
      case BLOCK_END -> "'%}'";
      default -> "'" + text + "'";
    };
  }
}
