package llmthreads.device;

import java.util.concurrent.CancellationException;

/**
 * A request to stop, seen by every worker of a run before its next step. Any thread may ask; once
 * asked it stays so.
 */
public final class Cancellation {
  private volatile boolean requested;

  /** Asks the run to end before its next step. */
  public void request() {
    requested = true;
  }

  /** Whether somebody asked. */
  public boolean requested() {
    return requested;
  }

  /**
   * Called between steps.
   *
   * @throws CancellationException when somebody asked
   */
  public void check() {
    if (requested) {
      throw new CancellationException("The run was cancelled");
    }
  }
}
