package llmthreads.generate;

/**
 * Told of every token as it is chosen, on the worker's thread: of several workers, several at once.
 */
@FunctionalInterface
public interface TokenListener {
  /** Hears nothing. */
  TokenListener NONE = (promptIndex, token, text) -> {};

  /**
   * A token was chosen.
   *
   * @param text what it adds that can be shown: empty while a character is incomplete
   */
  void token(int promptIndex, int token, String text);
}
