package llmthreads.parallel;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A queue that closes after a time, whatever is left in it: what was taken is a beginning of the
 * list. It gives one item at least; and it stays open longer, but not for long, until so many are
 * taken that they tell something.
 */
final class TimedQueue<T> implements WorkSource<T> {
  private static final int MOST_TIMES = 4;

  private final WorkSource<T> queue;
  private final int least;
  private final AtomicInteger taken = new AtomicInteger();
  private final LongSupplier clock;
  private final long startNs;
  private final long openNs;

  /**
   * A queue that is open from now on.
   *
   * @param least how many items should be taken
   * @param openNs how long it is open, in nanoseconds; four times as long when fewer were taken
   * @param clock tells nanoseconds
   */
  TimedQueue(List<T> items, int workers, int least, long openNs, LongSupplier clock) {
    this.clock = clock;
    this.startNs = clock.getAsLong();
    this.queue = Balance.<T>of(Schedule.QUEUE, workers).source(items);
    this.least = least;
    this.openNs = openNs;
  }

  @Override
  public Optional<T> next(int worker) {
    long since = clock.getAsLong() - startNs;
    int before = taken.get();
    boolean open = since < openNs || before == 0 || (before < least && since < MOST_TIMES * openNs);
    if (!open) {
      return Optional.empty();
    }
    taken.incrementAndGet();
    return queue.next(worker);
  }

  @Override
  public List<T> reach(int worker) {
    return queue.reach(worker);
  }

  @Override
  public int share(int worker) {
    return queue.share(worker);
  }
}
