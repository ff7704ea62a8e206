package llmthreads.trace;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * What every thread did when, collected while it happens.
 *
 * <p>Recording costs two readings of the clock and one small object; any number of threads may
 * record at once. A span may lie inside another one of its lane: a step and its parts.
 */
public final class Trace {
  private static final Comparator<Span> OUTER_FIRST =
      Comparator.comparingLong(Span::startNs)
          .thenComparing(Comparator.comparingLong(Span::endNs).reversed());

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

  /** A trace of spans that were recorded before, such as one lane of another trace. */
  public static Trace of(List<Span> spans) {
    Trace trace = new Trace();
    trace.spans.addAll(spans);
    return trace;
  }

  /**
   * Records from now until the result is closed, to be used in a try statement.
   *
   * @param lane who does it
   * @param name what is done
   */
  public Open span(String lane, String name) {
    return span(lane, name, 0);
  }

  /**
   * Records likewise, with the bytes that are moved meanwhile.
   *
   * @param bytes not negative
   */
  public Open span(String lane, String name, long bytes) {
    if (!recording) {
      return () -> {};
    }
    long start = System.nanoTime();
    return () -> add(new Span(lane, name, start, System.nanoTime(), bytes));
  }

  /** Records a span that was measured elsewhere. */
  public void add(Span span) {
    if (recording) {
      spans.add(span);
    }
  }

  /** All spans so far, by their beginning; of two that begin at once the longer first. */
  public List<Span> spans() {
    return spans.stream().sorted(OUTER_FIRST).toList();
  }

  /** The lanes, by name. */
  public List<String> lanes() {
    return spans.stream().map(Span::lane).distinct().sorted().toList();
  }

  /** Nanoseconds from the first beginning to the last end; 0 for an empty trace. */
  public long durationNs() {
    return endNs() - startNs();
  }

  private long startNs() {
    return spans.stream().mapToLong(Span::startNs).min().orElse(0);
  }

  private long endNs() {
    return spans.stream().mapToLong(Span::endNs).max().orElse(0);
  }

  /** Nanoseconds in spans of each name, over all lanes. */
  public Map<String, Long> totalsNs() {
    return spans.stream()
        .collect(
            Collectors.groupingBy(
                Span::name, TreeMap::new, Collectors.summingLong(Span::durationNs)));
  }

  /** Nanoseconds in spans of each name, for each lane. */
  public Map<String, Map<String, Long>> totalsByLaneNs() {
    return spans.stream()
        .collect(
            Collectors.groupingBy(
                Span::lane,
                TreeMap::new,
                Collectors.groupingBy(
                    Span::name, TreeMap::new, Collectors.summingLong(Span::durationNs))));
  }

  /** Bytes moved in spans of each name, over all lanes. */
  public Map<String, Long> bytes() {
    return spans.stream()
        .collect(
            Collectors.groupingBy(Span::name, TreeMap::new, Collectors.summingLong(Span::bytes)));
  }

  /**
   * The share of the whole trace's duration in which each lane was in a span, from 0 to 1; what
   * lies inside another span counts once.
   *
   * @param idle names of spans in which a lane only waits
   */
  public Map<String, Double> busy(String... idle) {
    double whole = Math.max(1, durationNs());
    Map<String, Double> shares = new TreeMap<>();
    for (String lane : lanes()) {
      long gaps = gaps(lane, idle).stream().mapToLong(Span::durationNs).sum();
      shares.put(lane, (durationNs() - gaps) / whole);
    }
    return shares;
  }

  /**
   * When a lane did nothing, from the beginning of the whole trace to its end, in order: spans that
   * are called {@code idle}.
   *
   * @param idle names of spans in which the lane only waits
   */
  public List<Span> gaps(String lane, String... idle) {
    Set<String> waiting = Set.of(idle);
    List<Span> gaps = new ArrayList<>();
    long until = startNs();
    for (Span span : spans()) {
      if (span.lane().equals(lane) && !waiting.contains(span.name())) {
        if (span.startNs() > until) {
          gaps.add(new Span(lane, "idle", until, span.startNs(), 0));
        }
        until = Math.max(until, span.endNs());
      }
    }
    if (endNs() > until) {
      gaps.add(new Span(lane, "idle", until, endNs(), 0));
    }
    return gaps;
  }

  /**
   * All spans as comma-separated values with the columns lane, name, start_ns, end_ns and bytes;
   * times count from the beginning of the first span.
   */
  public String csv() {
    long origin = startNs();
    StringBuilder text = new StringBuilder("lane,name,start_ns,end_ns,bytes\n");
    for (Span span : spans()) {
      text.append(
          Csv.row(
              span.lane(),
              span.name(),
              span.startNs() - origin,
              span.endNs() - origin,
              span.bytes()));
    }
    return text.toString();
  }

  /**
   * All spans in the Trace Event Format, which Perfetto and {@code chrome://tracing} open: complete
   * events ({@code "ph": "X"}) with times in µs, a thread for each lane.
   */
  public String chromeJson() {
    long origin = startNs();
    List<String> lanes = lanes();
    JsonArray events = new JsonArray();
    for (int lane = 0; lane < lanes.size(); lane++) {
      JsonObject arguments = new JsonObject();
      arguments.addProperty("name", lanes.get(lane));
      events.add(event("thread_name", "M", lane, arguments));
    }
    for (Span span : spans()) {
      JsonObject arguments = new JsonObject();
      arguments.addProperty("bytes", span.bytes());
      JsonObject event = event(span.name(), "X", lanes.indexOf(span.lane()), arguments);
      event.addProperty("ts", (span.startNs() - origin) / 1000.0);
      event.addProperty("dur", span.durationNs() / 1000.0);
      events.add(event);
    }
    JsonObject file = new JsonObject();
    file.add("traceEvents", events);
    file.addProperty("displayTimeUnit", "ms");
    return file.toString();
  }

  private static JsonObject event(String name, String phase, int lane, JsonObject arguments) {
    JsonObject event = new JsonObject();
    event.addProperty("name", name);
    event.addProperty("ph", phase);
    event.addProperty("pid", 0);
    event.addProperty("tid", lane);
    event.add("args", arguments);
    return event;
  }

  /** A span that has begun; closing it records it. */
  @FunctionalInterface
  public interface Open extends AutoCloseable {
    @Override
    void close();
  }
}
