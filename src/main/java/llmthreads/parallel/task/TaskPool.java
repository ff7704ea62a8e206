package llmthreads.parallel.task;

import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.parallel.Worker;
import llmthreads.trace.Trace;

/**
 * Task parallelism for tasks that come at any time: workers take the tasks that are ready, the
 * neediest first, and run each from beginning to end.
 *
 * <pre>{@code
 * try (TaskPool pool = new TaskPool(2, 1)) {
 *   TaskHandle task = pool.submit(
 *       TaskRequest.of("mood", TaskWork.answer(model, List.of("sentiment: The tea was cold."), options)));
 *   task.whenEnded((result, failure) -> System.out.println(task));
 * }
 * }</pre>
 *
 * <p>Who comes next: priorities take turns in proportion to their tickets (start-time fair
 * queueing, Goyal and others 1996), within one the task that is due first comes first. A task that
 * runs is not put aside for a more urgent one.
 *
 * <p>Any thread may hand tasks in, a virtual one too. The tasks' models are shared by all workers;
 * who makes the pool closes it, before them.
 */
public final class TaskPool implements AutoCloseable {
  private final EngineThreads threads;
  private final TaskBoard board;

  /**
   * Starts workers that record nothing.
   *
   * @throws IllegalArgumentException when a number is less than 1
   */
  public TaskPool(int workers, int intraOpThreads) {
    this(workers, intraOpThreads, Trace.off());
  }

  /**
   * Starts workers.
   *
   * @param trace gets a span for each task in the lane of its worker, the task's steps inside it,
   *     and {@value llmthreads.parallel.Cycle#WAIT}
   */
  public TaskPool(int workers, int intraOpThreads, Trace trace) {
    this.threads = new EngineThreads("task-worker", workers, intraOpThreads);
    Cancellation never = new Cancellation();
    this.board = new TaskBoard(workers, never);
    for (int index = 0; index < workers; index++) {
      Worker worker = new Worker(index, workers, never, trace);
      var _ = threads.submit(index, () -> board.work(worker));
    }
  }

  /** The workers' threads. */
  public EngineThreads threads() {
    return threads;
  }

  /**
   * Hands one task in.
   *
   * @throws IllegalArgumentException when it asks for a worker that is not there, or for the answer
   *     of another task
   * @throws IllegalStateException when the pool was closed
   */
  public TaskHandle submit(TaskRequest task) {
    return submit(TaskGraph.of(task)).getFirst();
  }

  /**
   * Hands tasks in together.
   *
   * @return a handle for each, in the order of the graph's list
   * @throws IllegalArgumentException when one asks for a worker that is not there
   * @throws IllegalStateException when the pool was closed
   */
  public List<TaskHandle> submit(TaskGraph graph) {
    return board.admit(graph);
  }

  /** Cancels every task that has not ended. */
  public void cancelAll() {
    board.cancelAll();
  }

  /**
   * Takes no more tasks, waits until every task has ended, and ends the workers' threads. When the
   * waiting thread is interrupted, the tasks are cancelled.
   */
  @Override
  public void close() {
    board.close();
    try {
      board.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      board.cancelAll();
    }
    threads.close();
  }
}
