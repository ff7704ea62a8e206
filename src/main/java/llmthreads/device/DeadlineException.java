package llmthreads.device;

/** A run took longer than it was given, and was ended before its next step. */
public final class DeadlineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A run that is late, with a sentence that says what it was given. */
  public DeadlineException(String message) {
    super(message);
  }
}
