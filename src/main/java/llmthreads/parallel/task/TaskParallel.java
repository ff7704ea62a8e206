package llmthreads.parallel.task;

import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.parallel.Cycle;
import llmthreads.trace.Trace;

/**
 * Task parallelism for a list of tasks that is known: several workers, each with a thread of its
 * own, run the tasks of a graph, which may share one model or have one each. The answers are those
 * of the serial run to the bit, whatever the order in which tasks are run.
 *
 * <pre>{@code
 * try (TaskParallel workers = new TaskParallel(2, 1)) {
 *   TaskRun run = workers.run(TaskGraph.of(
 *       TaskRequest.of("story", TaskWork.answer(model, openings, options)),
 *       TaskRequest.of("mood", TaskWork.answer(model, reviews, options))));
 *   run.result("mood").completions().forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p>No worker is idle while a task is ready, so with {@code p} workers the run takes {@code
 * max(T₁/p, T∞)} at least and {@code T₁/p + T∞} at most, where {@code T₁} is the time of all tasks
 * and {@code T∞} that of the longest chain (Graham 1966, Brent 1974).
 *
 * <p>One run at a time is meant; a second waits for the first worker by worker. Who makes it closes
 * it, before the tasks' models.
 */
public final class TaskParallel implements AutoCloseable {
  private final EngineThreads threads;

  /**
   * Starts the workers.
   *
   * @throws IllegalArgumentException when a number is less than 1
   */
  public TaskParallel(int workers, int intraOpThreads) {
    this.threads = new EngineThreads("task-worker", workers, intraOpThreads);
  }

  /** The workers' threads. */
  public EngineThreads threads() {
    return threads;
  }

  /**
   * Runs tasks. A task that fails ends only those that depend on it; {@link TaskRun#result} of one
   * that has no answer says why.
   *
   * @throws IllegalArgumentException when a task asks for a worker that is not there
   */
  public TaskRun run(TaskGraph graph) {
    return run(graph, new Cancellation());
  }

  /**
   * Runs tasks.
   *
   * @param cancellation ends all of them before their next step when requested
   * @throws java.util.concurrent.CancellationException when it was cancelled, or the calling thread
   *     interrupted
   */
  public TaskRun run(TaskGraph graph, Cancellation cancellation) {
    Trace trace = new Trace();
    long began = System.nanoTime();
    TaskBoard board = new TaskBoard(threads.workers(), cancellation);
    List<TaskHandle> tasks = board.admit(graph);
    board.close();
    try {
      tasks = Cycle.run(new TaskQueue(board), tasks, threads, cancellation, trace);
    } finally {
      board.cancelAll();
    }
    return new TaskRun(tasks, trace, System.nanoTime() - began, threads.oversubscription());
  }

  /** Ends the workers' threads. */
  @Override
  public void close() {
    threads.close();
  }
}
