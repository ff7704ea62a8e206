package llmthreads.parallel.collective;

import llmthreads.parallel.Worker;

/**
 * Workers that need not keep step but must not lose each other: bounded staleness.
 *
 * <p>Each member has a clock, the number of rounds that it has finished. One at clock {@code c} may
 * go on while the slowest is at {@code c − s} or later (stale synchronous parallel: Ho and others,
 * <i>More effective distributed ML via a stale synchronous parallel parameter server</i>, NIPS
 * 2013). So nobody is ever more than {@code s + 1} ahead. A staleness of 0 is a barrier, {@link
 * #UNBOUNDED} lets everyone run freely.
 *
 * <p>What a member wrote before it advanced is seen by who waited for it. A member that waits is
 * let go with a {@link java.util.concurrent.CancellationException} when the run is cancelled. Its
 * members are workers, their indices from 0; each moves only its own clock.
 */
public final class StaleClock {
  /** The span of a member that waits for the slowest. */
  public static final String WAIT = "wait for the slowest";

  /** The staleness of workers that never wait. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  private final int members;
  private final long staleness;
  private final Progress progress;

  /**
   * Clocks at 0.
   *
   * @param staleness rounds that the slowest may be behind
   * @throws IllegalArgumentException when there is no member or the staleness is negative
   */
  public StaleClock(int members, long staleness) {
    if (members < 1) {
      throw new IllegalArgumentException("A clock has at least 1 member, not " + members);
    }
    if (staleness < 0) {
      throw new IllegalArgumentException(
          "A staleness is 0 (a barrier) or more rounds, not " + staleness);
    }
    this.members = members;
    this.staleness = staleness;
    this.progress = new Progress(members);
  }

  /** How many members. */
  public int members() {
    return members;
  }

  /** How many rounds the slowest may be behind. */
  public long staleness() {
    return staleness;
  }

  /** Rounds that a member has finished; {@link Long#MAX_VALUE} when it has left. */
  public long of(int member) {
    return progress.of(member);
  }

  /** Rounds that every member has finished. */
  public long slowest() {
    long slowest = Long.MAX_VALUE;
    for (int member = 0; member < members; member++) {
      slowest = Math.min(slowest, progress.of(member));
    }
    return slowest;
  }

  /** Ends a round: moves the worker's clock, and waits until the bound lets it go on. */
  public void tick(Worker worker) {
    advance(worker);
    await(worker);
  }

  /** Moves the worker's clock by a round, without waiting. */
  public void advance(Worker worker) {
    progress.advance(worker.index());
  }

  /** Waits until the slowest is no more than the staleness behind the worker. */
  public void await(Worker worker) {
    worker.cancellation().check();
    long needed = progress.of(worker.index()) - staleness;
    if (slowest() >= needed) {
      return;
    }
    long began = System.nanoTime();
    for (int member = 0; member < members; member++) {
      progress.await(member, needed, worker.cancellation());
    }
    worker.record(WAIT, began, 0);
  }

  /** Says that the worker has done all its rounds: nobody waits for it any more. */
  public void leave(Worker worker) {
    progress.finish(worker.index());
  }
}
