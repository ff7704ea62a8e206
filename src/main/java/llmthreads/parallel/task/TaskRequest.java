package llmthreads.parallel.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One task: what it does, and when it may and must be done. None of it but {@code work} changes its
 * answers.
 *
 * @param name unique in its {@link TaskGraph}
 * @param work what it does
 * @param priority its claim on the workers
 * @param deadline how long after it was handed in it may end at the latest; a task that is late
 *     fails, before its next step when it runs
 * @param after names of the tasks whose answers it needs
 * @param worker the only worker that may run it, from 0, as when each worker has a model of its
 *     own; any worker when empty
 */
public record TaskRequest(
    String name,
    TaskWork work,
    Priority priority,
    Optional<Duration> deadline,
    List<String> after,
    OptionalInt worker) {
  private static final Duration LONGEST = Duration.ofDays(365);

  /** Checks the deadline and the worker. */
  public TaskRequest {
    Objects.requireNonNull(name, "A task's name");
    Objects.requireNonNull(work, "A task's work");
    Objects.requireNonNull(priority, "A task's priority");
    after = List.copyOf(after);
    if (deadline.isPresent() && deadline.get().isNegative()) {
      throw new IllegalArgumentException(
          "Task '%s' cannot end %s before it is handed in; its deadline counts from then"
              .formatted(name, deadline.get().negated()));
    }
    if (deadline.isPresent() && deadline.get().compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "Task '%s' has a deadline of %s, more than a year; leave it out when there is none"
              .formatted(name, deadline.get()));
    }
    if (worker.isPresent() && worker.getAsInt() < 0) {
      throw new IllegalArgumentException(
          "Task '%s' asks for worker %d; the first is 0".formatted(name, worker.getAsInt()));
    }
  }

  /** A task of normal priority that any worker may run at any time. */
  public static TaskRequest of(String name, TaskWork work) {
    return new TaskRequest(
        name, work, Priority.NORMAL, Optional.empty(), List.of(), OptionalInt.empty());
  }

  /** The same with another priority. */
  public TaskRequest withPriority(Priority other) {
    return new TaskRequest(name, work, other, deadline, after, worker);
  }

  /** The same with a deadline, counted from when it is handed in. */
  public TaskRequest withDeadline(Duration latest) {
    return new TaskRequest(name, work, priority, Optional.of(latest), after, worker);
  }

  /** The same after more tasks, whose answers it gets. */
  public TaskRequest after(String... tasks) {
    List<String> more = new ArrayList<>(after);
    more.addAll(List.of(tasks));
    return new TaskRequest(name, work, priority, deadline, more, worker);
  }

  /** The same for one worker only. */
  public TaskRequest onWorker(int index) {
    return new TaskRequest(name, work, priority, deadline, after, OptionalInt.of(index));
  }
}
