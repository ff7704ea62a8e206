package llmthreads.parallel;

import llmthreads.device.Cancellation;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;

/**
 * What a strategy knows about the worker that computes a part.
 *
 * @param index from 0
 * @param count how many workers there are
 * @param cancellation to be checked before each step
 * @param trace where steps are recorded, in a lane of the thread's name
 */
public record Worker(int index, int count, Cancellation cancellation, Trace trace) {
  /** The same worker, as a member of a smaller group. */
  Worker as(int rank, int members) {
    return new Worker(rank, members, cancellation, trace);
  }

  /**
   * Records what the calling thread does from now until the result is closed.
   *
   * @param bytes moved meanwhile
   */
  public Trace.Open span(String name, long bytes) {
    return trace.span(Thread.currentThread().getName(), name, bytes);
  }

  /**
   * Records what the calling thread has done until now.
   *
   * @param startNs when it began, in {@link System#nanoTime} nanoseconds
   * @param bytes moved meanwhile
   */
  public void record(String name, long startNs, long bytes) {
    trace.add(new Span(Thread.currentThread().getName(), name, startNs, System.nanoTime(), bytes));
  }
}
