package llmthreads.model.jinja;

/** A template that cannot be read or rendered; the message names the line and what is wrong. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean located;

  TemplateException(String message) {
    super(message);
    this.located = false;
  }

  private TemplateException(String message, Throwable cause) {
    super(message, cause);
    this.located = true;
  }

  /** The same with the line at which it happened, unless it names one. */
  TemplateException at(int line) {
    return located
        ? this
        : new TemplateException("line %d: %s".formatted(line, getMessage()), this);
  }
}
