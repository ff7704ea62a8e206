package llmthreads.parallel.task;

import java.util.Objects;

/**
 * A class of tasks and its claim on the workers: while several classes have tasks that are ready,
 * each begins tasks in proportion to its tickets, so that none starves. A tenant or a kind of task
 * may have a class of its own.
 *
 * @param name of the class
 * @param tickets its claim, from 1 to {@value #MOST}
 */
public record Priority(String name, int tickets) {
  /** The largest claim. */
  public static final int MOST = 1_000_000;

  /** For somebody who waits for the answer. */
  public static final Priority URGENT = new Priority("urgent", 100);

  /** For a task that says nothing of it. */
  public static final Priority NORMAL = new Priority("normal", 10);

  /** For what may take its time. */
  public static final Priority BACKGROUND = new Priority("background", 1);

  /** Checks the tickets. */
  public Priority {
    Objects.requireNonNull(name, "A priority's name");
    if (tickets < 1 || tickets > MOST) {
      throw new IllegalArgumentException(
          "Priority '%s' needs from 1 to %d tickets, not %d".formatted(name, MOST, tickets));
    }
  }
}
