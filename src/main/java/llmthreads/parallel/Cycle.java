package llmthreads.parallel;

import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;

/** The cycle of an LLM thread: split, compute in parallel, synchronise, merge. */
public final class Cycle {
  /** The span in which a worker that is through waits for the slowest. */
  public static final String WAIT = "wait";

  /** The lane of the calling thread, whatever its own name is. */
  public static final String CALLER = "caller";

  private Cycle() {}

  /**
   * Runs a strategy once on all workers of a pool.
   *
   * <p>The trace gets the spans {@code split}, {@code synchronise} and {@code merge} in the lane
   * {@value #CALLER}, and in each worker's lane what the strategy records and, at the end, {@value
   * #WAIT}.
   *
   * @throws RuntimeException the first worker's failure; the other workers end before their next
   *     step
   * @throws java.util.concurrent.CancellationException when it was cancelled, or the calling thread
   *     interrupted
   * @throws llmthreads.device.DeadlineException when it overran the cancellation's deadline
   */
  public static <I, P, R, O> O run(
      Strategy<I, P, R, O> strategy,
      I input,
      EngineThreads threads,
      Cancellation cancellation,
      Trace trace) {
    int workers = threads.workers();
    List<P> parts;
    try (Trace.Open span = trace.span(CALLER, "split")) {
      parts = strategy.split(input, workers);
    }
    if (parts.size() != workers) {
      throw new IllegalStateException(
          "%s made %d parts for %d workers"
              .formatted(strategy.getClass().getSimpleName(), parts.size(), workers));
    }
    List<Done<R>> done =
        threads.runAll(
            cancellation,
            index -> {
              Worker worker = new Worker(index, workers, cancellation, trace);
              R result = strategy.compute(parts.get(index), worker);
              return new Done<>(result, Thread.currentThread().getName(), System.nanoTime());
            });
    long last = done.stream().mapToLong(Done::endNs).max().orElseThrow();
    done.forEach(one -> trace.add(new Span(one.lane, WAIT, one.endNs, last, 0)));
    List<R> results;
    try (Trace.Open span = trace.span(CALLER, "synchronise")) {
      results = strategy.synchronise(done.stream().map(Done::result).toList());
    }
    try (Trace.Open span = trace.span(CALLER, "merge")) {
      return strategy.merge(input, results);
    }
  }

  private record Done<R>(R result, String lane, long endNs) {}
}
