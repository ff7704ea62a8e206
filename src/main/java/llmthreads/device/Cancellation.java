package llmthreads.device;

import java.util.concurrent.CancellationException;

/**
 * A request to stop, seen by every worker of a run before its next step. Any thread may ask; once
 * asked it stays so.
 */
public final class Cancellation {
  private final Cancellation whole;
  private volatile boolean requested;

  /** A request that nobody has made yet. */
  public Cancellation() {
    this(null);
  }

  private Cancellation(Cancellation whole) {
    this.whole = whole;
  }

  /** A request that concerns a part of the run: who asks for the whole, asks for it too. */
  public Cancellation part() {
    return new Cancellation(this);
  }

  /** Asks the run to end before its next step. */
  public void request() {
    requested = true;
  }

  /** Whether somebody asked. */
  public boolean requested() {
    return requested || (whole != null && whole.requested());
  }

  /**
   * Called between steps.
   *
   * @throws CancellationException when somebody asked
   */
  public void check() {
    if (requested()) {
      throw new CancellationException("The run was cancelled");
    }
  }
}
