package llmthreads.parallel;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Items that are taken from either end until none is left, by any number of threads at once and
 * without a lock.
 *
 * <p>Nothing is ever added, so what is left is a range, and both its ends fit into one atomic
 * number: first in its upper half, end in its lower. The range only shrinks, so a thread that finds
 * it as it saw it may take an item.
 */
final class Share<T> {
  private final List<T> items;
  private final AtomicLong left;

  Share(List<T> items) {
    this.items = List.copyOf(items);
    this.left = new AtomicLong(items.size());
  }

  /** All items, those taken included. */
  List<T> items() {
    return items;
  }

  /** Takes the first of what is left. */
  Optional<T> takeFirst() {
    return take(true);
  }

  /** Takes the last of what is left. */
  Optional<T> takeLast() {
    return take(false);
  }

  private Optional<T> take(boolean inFront) {
    long seen = left.get();
    while (true) {
      int first = (int) (seen >>> Integer.SIZE);
      int end = (int) seen;
      if (first == end) {
        return Optional.empty();
      }
      long less = inFront ? seen + (1L << Integer.SIZE) : seen - 1;
      long found = left.compareAndExchange(seen, less);
      if (found == seen) {
        return Optional.of(items.get(inFront ? first : end - 1));
      }
      seen = found;
    }
  }
}
