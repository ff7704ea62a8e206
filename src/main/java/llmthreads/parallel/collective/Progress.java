package llmthreads.parallel.collective;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import llmthreads.device.Cancellation;

/**
 * How far each member of a group has come: a number that only grows, and that the others wait for.
 * What a member wrote before it advanced is seen by who waited for it.
 */
final class Progress {
  /** Counters lie this many longs apart, so that no two share a cache line. */
  private static final int APART = 16;

  /** How often a waiter looks before it offers its core to others: for 20 to 100 µs. */
  private static final int LOOKS = 2_000;

  /** How often before it sleeps between two looks: some milliseconds. */
  private static final int OFFERS = 10_000;

  private static final long NAP_NANOS = 50_000;

  private final AtomicLongArray counters;

  Progress(int members) {
    this.counters = new AtomicLongArray((members + 1) * APART);
  }

  /** One step further. */
  void advance(int member) {
    counters.setRelease(place(member), counters.getPlain(place(member)) + 1);
  }

  /** So far that nobody waits for it any more. */
  void finish(int member) {
    counters.setRelease(place(member), Long.MAX_VALUE);
  }

  long of(int member) {
    return counters.getAcquire(place(member));
  }

  /**
   * Waits until a member has come so far.
   *
   * @throws java.util.concurrent.CancellationException when the run was cancelled meanwhile
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // A hint where threads outnumber cores; nothing rests on it.
  void await(int member, long count, Cancellation cancellation) {
    for (int looks = 0; of(member) < count; looks++) {
      if (looks < LOOKS) {
        Thread.onSpinWait();
        continue;
      }
      cancellation.check();
      if (looks < OFFERS) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(NAP_NANOS);
      }
    }
  }

  private static int place(int member) {
    return (member + 1) * APART;
  }
}
