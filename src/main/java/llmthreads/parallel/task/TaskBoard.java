package llmthreads.parallel.task;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import llmthreads.device.Cancellation;
import llmthreads.device.DeadlineException;
import llmthreads.generate.Completion;
import llmthreads.parallel.Cycle;
import llmthreads.parallel.Worker;
import llmthreads.parallel.task.TaskException.Reason;
import llmthreads.parallel.task.TaskHandle.State;
import llmthreads.trace.Trace;

/**
 * Where tasks are handed in and workers take them. A task waits for those that it needs, is ready,
 * runs, and has ended: by an answer, or by a failure, which ends all that depend on it as well. No
 * worker is idle while there is a ready task that it may run.
 *
 * <p>Any number of threads use it; one lock guards it and the state of its tasks. It computes
 * nothing while it holds the lock.
 */
final class TaskBoard {
  /** How soon an idle worker sees that the run was cancelled. */
  private static final long GLANCE_MILLIS = 10;

  /**
   * When a task without a deadline counts as due. So a task with a deadline overtakes it only when
   * it comes within that time, and none waits for ever.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final int workers;
  private final Cancellation cancellation;
  private final long originNs = System.nanoTime();
  private final ReadyQueue<TaskHandle> ready = new ReadyQueue<>();
  private final Set<TaskHandle> open = new LinkedHashSet<>();
  private boolean closed;

  /**
   * An empty board.
   *
   * @param cancellation of all its tasks
   */
  TaskBoard(int workers, Cancellation cancellation) {
    this.workers = workers;
    this.cancellation = cancellation;
  }

  /** Takes tasks in, all or none; handles in the order of the graph's list. */
  synchronized List<TaskHandle> admit(TaskGraph graph) {
    if (closed) {
      throw new IllegalStateException("These workers take no more tasks: they were closed");
    }
    for (TaskRequest task : graph.tasks()) {
      if (task.worker().orElse(0) >= workers) {
        throw new IllegalArgumentException(
            "Task '%s' asks for worker %d, there are %d, the first is 0"
                .formatted(task.name(), task.worker().getAsInt(), workers));
      }
    }
    long now = System.nanoTime();
    Map<String, TaskHandle> handles = new LinkedHashMap<>();
    for (TaskRequest task : graph.tasks()) {
      handles.put(task.name(), new TaskHandle(task, this, cancellation.part(), now));
    }
    open.addAll(handles.values());
    for (TaskHandle handle : handles.values()) {
      for (String name : handle.request().after()) {
        handle.needs.add(handles.get(name));
        handles.get(name).dependents.add(handle);
        handle.missing++;
      }
      handle.request().deadline().ifPresent(handle::setAlarm);
      readyIfNothingIsMissing(handle);
    }
    notifyAll();
    return List.copyOf(handles.values());
  }

  /** From now on takes no more tasks; workers end when those that there are have ended. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Waits until every task has ended. */
  synchronized void awaitEnd() throws InterruptedException {
    while (!open.isEmpty()) {
      wait();
    }
  }

  /**
   * Runs tasks on the calling worker's thread until the board is closed and every task has ended.
   *
   * @return how many it ran
   * @throws CancellationException when the run was cancelled
   */
  int work(Worker worker) throws InterruptedException {
    int ran = 0;
    Optional<TaskHandle> task;
    while ((task = take(worker)).isPresent()) {
      run(task.get(), worker);
      ran++;
    }
    return ran;
  }

  /** The next task for a worker, which now runs it; empty when none is ready. */
  synchronized Optional<TaskHandle> poll(int worker) {
    Optional<TaskHandle> next = ready.poll(worker);
    while (next.isPresent() && overdue(next.get())) {
      expire(next.get());
      next = ready.poll(worker);
    }
    next.ifPresent(
        task -> {
          task.state = State.RUNNING;
          task.startedNs = System.nanoTime();
        });
    return next;
  }

  private synchronized Optional<TaskHandle> take(Worker worker) throws InterruptedException {
    worker.cancellation().check();
    Optional<TaskHandle> next = poll(worker.index());
    if (next.isEmpty() && !over()) {
      try (Trace.Open span = worker.span(Cycle.WAIT, 0)) {
        while (next.isEmpty() && !over()) {
          wait(GLANCE_MILLIS);
          worker.cancellation().check();
          next = poll(worker.index());
        }
      }
    }
    return next;
  }

  private boolean over() {
    return closed && open.isEmpty();
  }

  private void run(TaskHandle task, Worker worker) {
    Worker its = new Worker(worker.index(), worker.count(), task.cancellation, worker.trace());
    try {
      List<Completion> answers;
      try (Trace.Open span = worker.span(task.name(), 0)) {
        answers = task.request().work().compute(before(task), its);
      }
      succeed(task, answers, worker.index());
    } catch (Throwable e) {
      fail(task, e);
    }
  }

  private static Map<String, List<Completion>> before(TaskHandle task) {
    Map<String, List<Completion>> answers = new LinkedHashMap<>();
    task.needs.forEach(each -> answers.put(each.name(), each.answer().completions()));
    return answers;
  }

  /** A task that ran has its answer. */
  synchronized void succeed(TaskHandle task, List<Completion> answers, int worker) {
    TaskResult result =
        new TaskResult(
            task.name(),
            List.copyOf(answers),
            worker,
            task.submittedNs,
            task.startedNs,
            System.nanoTime());
    end(task);
    task.complete(result);
    for (TaskHandle dependent : task.dependents) {
      dependent.missing--;
      readyIfNothingIsMissing(dependent);
    }
    notifyAll();
  }

  /** A task that ran has thrown something. */
  synchronized void fail(TaskHandle task, Throwable thrown) {
    boolean stopped = thrown instanceof CancellationException && task.cancellation.requested();
    if (stopped && task.late) {
      end(task, Reason.DEADLINE, overran(task) + ": it was stopped before its next step", thrown);
    } else if (stopped) {
      end(task, Reason.CANCELLED, "was cancelled while it ran", thrown);
    } else if (thrown instanceof DeadlineException) {
      end(task, Reason.DEADLINE, "was stopped: " + thrown.getMessage(), thrown);
    } else {
      end(task, Reason.FAILED, "failed: " + thrown, thrown);
    }
  }

  synchronized void cancel(TaskHandle task) {
    task.cancellation.request();
    if (task.state == State.WAITING || task.state == State.READY) {
      end(task, Reason.CANCELLED, "was cancelled before it began", null);
    }
  }

  synchronized void cancelAll() {
    new ArrayList<>(open).forEach(this::cancel);
  }

  /** Its deadline has passed. */
  synchronized void expire(TaskHandle task) {
    if (task.state == State.RUNNING) {
      task.late = true;
      task.cancellation.request();
    } else if (task.state != State.ENDED) {
      end(task, Reason.DEADLINE, overran(task) + " before it began", null);
    }
  }

  private void readyIfNothingIsMissing(TaskHandle task) {
    if (task.state == State.WAITING && task.missing == 0) {
      task.state = State.READY;
      ready.add(task, task.request().priority(), dueNs(task), task.request().worker());
    }
  }

  private long dueNs(TaskHandle task) {
    Duration deadline = task.request().deadline().orElse(PATIENCE);
    return task.submittedNs - originNs + deadline.toNanos();
  }

  private boolean overdue(TaskHandle task) {
    return task.request().deadline().isPresent() && System.nanoTime() - originNs >= dueNs(task);
  }

  private static String overran(TaskHandle task) {
    return "overran its deadline of %s ms"
        .formatted(task.request().deadline().orElseThrow().toNanos() / 1e6);
  }

  /** Ends a task that has no answer, and all that depend on it. */
  private void end(TaskHandle task, Reason reason, String what, Throwable cause) {
    String sentence = "Task '%s' %s".formatted(task.name(), what);
    end(task);
    task.completeExceptionally(new TaskException(task.name(), reason, sentence, cause));
    Deque<TaskHandle> more = new ArrayDeque<>(task.dependents);
    while (!more.isEmpty()) {
      TaskHandle dependent = more.remove();
      if (dependent.state != State.ENDED) {
        String why =
            "Task '%s' was not run, it depends on one without an answer: %s"
                .formatted(dependent.name(), sentence);
        end(dependent);
        dependent.completeExceptionally(
            new TaskException(dependent.name(), Reason.DEPENDENCY, why, cause));
        more.addAll(dependent.dependents);
      }
    }
    notifyAll();
  }

  private void end(TaskHandle task) {
    task.state = State.ENDED;
    task.alarm.cancel(false);
    ready.remove(task);
    open.remove(task);
  }
}
