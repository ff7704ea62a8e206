package llmthreads.kernel.magic;

/** A magic cannot do what it was asked; the message is a sentence for the notebook's author. */
public final class MagicException extends Exception {
  private static final long serialVersionUID = 1;

  public MagicException(String sentence) {
    super(sentence);
  }

  public MagicException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
