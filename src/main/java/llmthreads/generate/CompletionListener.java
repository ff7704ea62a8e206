package llmthreads.generate;

/**
 * Told of every answer as it is complete, in whatever order that happens, on the worker's thread:
 * of several workers, several at once. The worker's other sequences wait meanwhile, so it must be
 * quick. What it throws fails the run.
 */
@FunctionalInterface
public interface CompletionListener {
  /** Hears nothing. */
  CompletionListener NONE = completion -> {};

  /** An answer is complete. */
  void completed(Completion completion);
}
