package llmthreads.trace;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * What every thread did when, collected while it happens.
 *
 * <p>Recording costs two readings of the clock and one small object; any number of threads may
 * record at once.
 */
public final class Trace {
  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
  private final boolean recording;

  /** An empty trace that records. */
  public Trace() {
    this(true);
  }

  private Trace(boolean recording) {
    this.recording = recording;
  }

  /** A trace that forgets everything, for runs that nobody looks at. */
  public static Trace off() {
    return new Trace(false);
  }

  /**
   * Records from now until the result is closed, to be used in a try statement.
   *
   * @param lane who does it
   * @param name what is done
   */
  public Open span(String lane, String name) {
    long start = System.nanoTime();
    return () -> add(new Span(lane, name, start, System.nanoTime(), 0));
  }

  /** Records a span that was measured elsewhere. */
  public void add(Span span) {
    if (recording) {
      spans.add(span);
    }
  }

  /** All spans so far, by their beginning. */
  public List<Span> spans() {
    return spans.stream().sorted(Comparator.comparingLong(Span::startNs)).toList();
  }

  /** The lanes, by name. */
  public List<String> lanes() {
    return spans.stream().map(Span::lane).distinct().sorted().toList();
  }

  /** Nanoseconds from the first beginning to the last end; 0 for an empty trace. */
  public long durationNs() {
    long start = spans.stream().mapToLong(Span::startNs).min().orElse(0);
    return spans.stream().mapToLong(Span::endNs).max().orElse(start) - start;
  }

  /** Nanoseconds in spans of each name, over all lanes. */
  public Map<String, Long> totalsNs() {
    return spans.stream()
        .collect(
            Collectors.groupingBy(
                Span::name, TreeMap::new, Collectors.summingLong(Span::durationNs)));
  }

  /** The share of the whole trace's duration that each lane spent in spans, from 0 to 1. */
  public Map<String, Double> busy() {
    double whole = Math.max(1, durationNs());
    return spans.stream()
        .collect(
            Collectors.groupingBy(
                Span::lane,
                TreeMap::new,
                Collectors.summingDouble(span -> span.durationNs() / whole)));
  }

  /** A span that has begun; closing it records it. */
  @FunctionalInterface
  public interface Open extends AutoCloseable {
    @Override
    void close();
  }
}
