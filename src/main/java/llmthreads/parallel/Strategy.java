package llmthreads.parallel;

import java.util.List;

/**
 * A way to compute in parallel: what is split, what each worker computes, what the workers
 * exchange, and how the parts become one answer. Every kind of parallelism is an instance of it;
 * {@link Cycle} runs them all.
 *
 * @param <I> what is asked
 * @param <P> one worker's part of it
 * @param <R> what a worker made of its part
 * @param <O> the answer
 */
public interface Strategy<I, P, R, O> {
  /**
   * Cuts the input into one part for each worker, on the calling thread.
   *
   * @return as many parts as workers; a part may be empty
   */
  List<P> split(I input, int workers);

  /** Computes one part, on the worker's thread. */
  R compute(P part, Worker worker) throws Exception;

  /**
   * What the workers exchange when all have computed, on the calling thread: nothing, unless a
   * strategy reduces or gathers their results.
   */
  default List<R> synchronise(List<R> results) {
    return results;
  }

  /** Puts the results together, on the calling thread. */
  O merge(I input, List<R> results);
}
