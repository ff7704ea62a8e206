package llmthreads.parallel.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import llmthreads.device.Cancellation;

/**
 * A task that was handed in: by it one waits for the answer, hears of it, or cancels the task. Any
 * thread may use it, a virtual one too.
 */
public final class TaskHandle {
  /** Where a task is on its way; the board's lock guards it. */
  enum State {
    WAITING,
    READY,
    RUNNING,
    ENDED
  }

  private final TaskRequest request;
  private final TaskBoard board;
  private final CompletableFuture<TaskResult> done = new CompletableFuture<>();

  final Cancellation cancellation;
  final long submittedNs;
  final List<TaskHandle> needs = new ArrayList<>();
  final List<TaskHandle> dependents = new ArrayList<>();
  final CompletableFuture<Void> alarm = new CompletableFuture<>();

  // Guarded by the board's lock.
  State state = State.WAITING;
  int missing;
  boolean late;
  long startedNs;

  TaskHandle(TaskRequest request, TaskBoard board, Cancellation cancellation, long submittedNs) {
    this.request = request;
    this.board = board;
    this.cancellation = cancellation;
    this.submittedNs = submittedNs;
  }

  /** What was asked for. */
  public TaskRequest request() {
    return request;
  }

  /** The task's name. */
  public String name() {
    return request.name();
  }

  /** Whether it has an answer, or will never have one. */
  public boolean ended() {
    return done.isDone();
  }

  /** Why it has no answer; empty when it has one, or has not ended. */
  public Optional<TaskException> failure() {
    return done.isCompletedExceptionally()
        ? Optional.of((TaskException) done.exceptionNow())
        : Optional.empty();
  }

  /**
   * Waits for the answer.
   *
   * @throws TaskException when there is none, with the reason
   * @throws CancellationException when the waiting thread is interrupted, whose interrupt flag is
   *     set again; the task goes on
   */
  public TaskResult result() {
    try {
      return done.get();
    } catch (ExecutionException e) {
      TaskException failure = (TaskException) e.getCause();
      throw new TaskException(
          failure.task(), failure.reason(), failure.getMessage(), failure.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "Waiting for task '%s' was interrupted; the task goes on".formatted(name()));
    }
  }

  /**
   * A future of the answer, which fails with a {@link TaskException}. What depends on it runs on a
   * virtual thread, never on a worker; cancelling it does not cancel the task.
   */
  public CompletableFuture<TaskResult> future() {
    return done.whenCompleteAsync((result, failure) -> {}, Thread::startVirtualThread);
  }

  /**
   * Has somebody told when the task ends, on a virtual thread of its own; what that throws goes to
   * the thread's uncaught exception handler.
   *
   * @param told gets the answer, or null and the failure
   */
  public void whenEnded(BiConsumer<TaskResult, TaskException> told) {
    var _ =
        done.whenComplete(
            (result, failure) ->
                Thread.startVirtualThread(() -> told.accept(result, (TaskException) failure)));
  }

  /**
   * Ends the task: at once when it does not run yet, else before its next step. The tasks that
   * depend on it fail. One that has ended stays as it is.
   */
  public void cancel() {
    board.cancel(this);
  }

  /** The name, and how it stands. */
  @Override
  public String toString() {
    return failure().map(Throwable::getMessage).orElse(ended() ? name() + ": done" : name());
  }

  /** Has the board told when the deadline passes. */
  void setAlarm(Duration deadline) {
    var _ = alarm.thenRun(() -> board.expire(this));
    alarm.completeOnTimeout(null, deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Of a task that others need: its answers. */
  TaskResult answer() {
    return done.join();
  }

  void complete(TaskResult result) {
    done.complete(result);
  }

  void completeExceptionally(TaskException failure) {
    done.completeExceptionally(failure);
  }
}
