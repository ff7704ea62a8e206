package llmthreads.model.jinja;

/** What one rendering may use, so that no template runs or writes for ever. */
final class Budget {
  static final int STEPS = 5_000_000;
  static final int CHARACTERS = 20_000_000;
  private static final int DEPTH = 100;

  private int steps;
  private long characters;
  private int depth;

  void step() {
    if (++steps > STEPS) {
      throw new TemplateException("it does not come to an end within %,d steps".formatted(STEPS));
    }
  }

  void write(int count) {
    characters += count;
    if (characters > CHARACTERS) {
      throw tooMuchText();
    }
  }

  void enter() {
    if (++depth > DEPTH) {
      throw new TemplateException("macros call each other more than %d deep".formatted(DEPTH));
    }
  }

  void leave() {
    depth--;
  }

  static TemplateException tooMuchText() {
    return new TemplateException("it makes more than %,d characters".formatted(CHARACTERS));
  }
}
