package llmthreads.generate;

/** Told of every step of a batch, on the worker's thread, to draw what it did when. */
@FunctionalInterface
public interface StepObserver {
  /** Sees nothing. */
  StepObserver NONE = (kind, rows, tokens, began, ended) -> {};

  /** What a step did. */
  enum Kind {
    /** Took prompts in. */
    PREFILL,
    /** Gave every sequence its next token. */
    DECODE
  }

  /**
   * A step ended.
   *
   * @param rows sequences in it
   * @param tokens tokens that it computed, without filling
   * @param began {@link System#nanoTime} before
   * @param ended {@link System#nanoTime} after
   */
  void step(Kind kind, int rows, int tokens, long began, long ended);
}
