package llmthreads.parallel.task;

/** A task gave no answer; its message is a sentence that names the task and the reason. */
public final class TaskException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String task;
  private final Reason reason;

  /** Why a task gave no answer. */
  public enum Reason {
    /** Its work threw an exception, which is the cause. */
    FAILED,
    /** Its deadline passed before it ended. */
    DEADLINE,
    /** Somebody cancelled it, or the run that it belongs to. */
    CANCELLED,
    /** A task that it depends on gave no answer. */
    DEPENDENCY
  }

  TaskException(String task, Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.task = task;
    this.reason = reason;
  }

  /** The name of the task. */
  public String task() {
    return task;
  }

  /** Why it gave no answer. */
  public Reason reason() {
    return reason;
  }
}
