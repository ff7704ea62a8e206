package llmthreads.parallel.task;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is ready to be run, and who comes next.
 *
 * <p>Between priorities, start-time fair queueing decides (Goyal, Vin and Cheng, SIGCOMM 1996):
 * each has a start tag, the least comes next and grows by 1 / tickets; a priority that had nothing
 * to run for a while begins again at the tag that is served now, so it saves nothing up. While two
 * priorities always have something ready, of {@code n} and {@code m} begun tasks {@code |n /
 * tickets − m / tickets'| ≤ 1 / tickets + 1 / tickets'} (their theorem 1).
 *
 * <p>Within a priority, what is due first comes first, which keeps the largest lateness least
 * (Jackson 1955), and of equals what came first.
 *
 * <p>Not for use by several threads at once.
 *
 * @param <T> what is ready, told apart by identity
 */
final class ReadyQueue<T> {
  /** What one task of one ticket costs in tags. */
  private static final long UNIT = 1L << 40;

  private static final int ANY = -1;

  private final Map<Priority, Line<T>> lines = new LinkedHashMap<>();
  private final Map<T, Entry<T>> entries = new HashMap<>();
  private long served;
  private long count;

  private record Entry<T>(T item, Priority priority, int worker, long dueNs, long number) {
    static final Comparator<Entry<?>> FIRST =
        Comparator.<Entry<?>>comparingLong(Entry::dueNs).thenComparingLong(Entry::number);
  }

  /** The tasks of one priority, by the worker that they ask for. */
  private static final class Line<T> {
    static final Comparator<Line<?>> NEEDIEST =
        Comparator.<Line<?>>comparingLong(line -> line.startTag)
            .thenComparingInt(line -> -line.tickets);

    final int tickets;
    final Map<Integer, TreeSet<Entry<T>>> waiting = new HashMap<>();
    long startTag;

    Line(int tickets) {
      this.tickets = tickets;
    }

    Optional<Entry<T>> first(int worker) {
      return Stream.of(ANY, worker)
          .filter(waiting::containsKey)
          .map(each -> waiting.get(each).first())
          .min(Entry.FIRST);
    }
  }

  /**
   * Puts something in.
   *
   * @param dueNs when it should be done, on any clock that is the same for all
   * @param worker the only one that may take it, if it is not any
   */
  void add(T item, Priority priority, long dueNs, OptionalInt worker) {
    Entry<T> entry = new Entry<>(item, priority, worker.orElse(ANY), dueNs, count++);
    entries.put(item, entry);
    Line<T> line = lines.computeIfAbsent(priority, key -> new Line<>(key.tickets()));
    if (line.waiting.isEmpty()) {
      line.startTag = Math.max(line.startTag, served);
    }
    line.waiting.computeIfAbsent(entry.worker, key -> new TreeSet<>(Entry.FIRST)).add(entry);
  }

  /** Takes out what comes next for a worker; empty when there is nothing for it. */
  Optional<T> poll(int worker) {
    Optional<Entry<T>> next =
        lines.values().stream()
            .filter(line -> line.first(worker).isPresent())
            .min(Line.NEEDIEST)
            .flatMap(line -> line.first(worker));
    next.ifPresent(
        entry -> {
          Line<T> line = lines.get(entry.priority);
          served = Math.max(served, line.startTag);
          line.startTag += UNIT / line.tickets;
          remove(entry.item);
        });
    return next.map(Entry::item);
  }

  /** Takes something out, if it is still there, at no cost to its priority. */
  void remove(T item) {
    Entry<T> entry = entries.remove(item);
    if (entry != null) {
      Line<T> line = lines.get(entry.priority);
      TreeSet<Entry<T>> mates = line.waiting.get(entry.worker);
      mates.remove(entry);
      if (mates.isEmpty()) {
        line.waiting.remove(entry.worker);
      }
      lines.values().removeIf(each -> each.waiting.isEmpty() && each.startTag <= served);
    }
  }
}
