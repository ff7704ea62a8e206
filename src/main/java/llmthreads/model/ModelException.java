package llmthreads.model;

/**
 * A model's files cannot be used. The message is one sentence that names the file, what is wrong
 * with it, and what to do.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error whose message is the whole story. */
  public ModelException(String message) {
    super(message);
  }

  /** An error with the failure behind it. */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
