package llmthreads.device;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * A request to stop, seen by every worker of a run before its next step: made by somebody, or by
 * the clock. Any thread may ask; once asked it stays so.
 *
 * <p>A call into the engine cannot be stopped halfway, so a run ends at most one step later.
 */
public final class Cancellation {
  private final Optional<Cancellation> whole;
  private final Optional<Duration> limit;
  private final long startNs = System.nanoTime();
  private volatile boolean requested;

  /** A request that nobody has made yet. */
  public Cancellation() {
    this(Optional.empty(), Optional.empty());
  }

  private Cancellation(Optional<Cancellation> whole, Optional<Duration> limit) {
    this.whole = whole;
    this.limit = limit;
  }

  /**
   * A request that the clock makes, unless somebody does before.
   *
   * @param limit from now on
   * @throws IllegalArgumentException when it is negative
   */
  public static Cancellation within(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException(
          "A run cannot end %s before it began".formatted(limit.negated()));
    }
    return new Cancellation(Optional.empty(), Optional.of(limit));
  }

  /** A request that concerns a part of the run: who asks for the whole, asks for it too. */
  public Cancellation part() {
    return new Cancellation(Optional.of(this), Optional.empty());
  }

  /** Asks the run to end before its next step. */
  public void request() {
    requested = true;
  }

  /** Whether somebody asked, or the time is over. */
  public boolean requested() {
    return requested || late() || (whole.isPresent() && whole.get().requested());
  }

  /**
   * Called between steps.
   *
   * @throws CancellationException when somebody asked
   * @throws DeadlineException when the time is over
   */
  public void check() {
    whole.ifPresent(Cancellation::check);
    if (requested) {
      throw new CancellationException("The run was cancelled");
    }
    if (late()) {
      throw new DeadlineException(
          "The run overran its deadline of %s ms: it was stopped before its next step"
              .formatted(limit.orElseThrow().toNanos() / 1e6));
    }
  }

  private boolean late() {
    return limit.isPresent() && System.nanoTime() - startNs >= limit.get().toNanos();
  }
}
