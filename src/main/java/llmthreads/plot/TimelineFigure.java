package llmthreads.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What every thread did when: a lane for each, its spans coloured by name, time in milliseconds
 * from the first span's beginning. A span inside another one of its lane is drawn in front of it.
 * Spans whose name begins with {@code wait} or {@code idle} are pale and do not count as busy.
 */
public final class TimelineFigure extends Figure {
  private static final double NS_PER_MS = 1e6;

  private final List<Span> spans;
  private final long originNs;

  private TimelineFigure(Frame frame, List<Span> spans) {
    super(frame);
    this.spans = spans;
    this.originNs = spans.stream().mapToLong(Span::startNs).min().orElse(0);
  }

  static TimelineFigure of(Frame frame, List<Span> spans) {
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(
        Comparator.comparingLong(Span::startNs)
            .thenComparing(Comparator.comparingLong(Span::endNs).reversed()));
    return new TimelineFigure(frame, List.copyOf(sorted));
  }

  @Override
  public TimelineFigure named(String name) {
    return new TimelineFigure(frame().named(name), spans);
  }

  @Override
  public int height() {
    return new TimelinePainter(this).height();
  }

  /** The lanes from top to bottom: by name, numbers in names by their size. */
  List<String> lanes() {
    return spans.stream().map(Span::lane).distinct().sorted(LANE_ORDER).toList();
  }

  /** Spans by lane, each lane's in the order of their beginnings, the outer before the inner. */
  Map<String, List<Span>> spansByLane() {
    Map<String, List<Span>> byLane = new TreeMap<>(LANE_ORDER);
    spans.forEach(span -> byLane.computeIfAbsent(span.lane(), lane -> new ArrayList<>()).add(span));
    return byLane;
  }

  /** Milliseconds in spans of each name, names in the order in which they first appear. */
  Map<String, Double> totalsMs() {
    Map<String, Double> totals = new LinkedHashMap<>();
    spans.forEach(span -> totals.merge(span.name(), span.durationNs() / NS_PER_MS, Double::sum));
    return totals;
  }

  double startMs(Span span) {
    return (span.startNs() - originNs) / NS_PER_MS;
  }

  double endMs(Span span) {
    return (span.endNs() - originNs) / NS_PER_MS;
  }

  /** From the first beginning to the last end. */
  double durationMs() {
    return spans.stream().mapToDouble(this::endMs).max().orElse(0);
  }

  /** The share of the whole time in which each lane was busy: in a span, and not waiting. */
  Map<String, Double> busy() {
    String[] waiting =
        totalsMs().keySet().stream().filter(TimelineFigure::waiting).toArray(String[]::new);
    return Trace.of(spans).busy(waiting);
  }

  /** Whether a span says by its name that its thread waited. */
  static boolean waiting(String name) {
    return name.startsWith("wait") || name.startsWith("idle");
  }

  @Override
  public Table table() {
    StringColumn lanes = StringColumn.create("lane");
    StringColumn names = StringColumn.create("span");
    DoubleColumn starts = DoubleColumn.create("start (ms)");
    DoubleColumn ends = DoubleColumn.create("end (ms)");
    LongColumn bytes = LongColumn.create("bytes");
    for (Span span : spans) {
      lanes.append(span.lane());
      names.append(span.name());
      starts.append(startMs(span));
      ends.append(endMs(span));
      bytes.append(span.bytes());
    }
    return Table.create(title(), lanes, names, starts, ends, bytes);
  }

  @Override
  public String summary() {
    Map<String, Double> shares = busy();
    String busy =
        lanes().stream()
            .map(lane -> "%s %.0f %%".formatted(lane, 100 * shares.getOrDefault(lane, 0.0)))
            .collect(Collectors.joining(", "));
    String totals =
        totalsMs().entrySet().stream()
            .map(total -> total.getKey() + " " + number(total.getValue()))
            .collect(Collectors.joining(", "));
    return "Figure '"
        + title()
        + "': timeline of "
        + (spans.size() == 1 ? "1 span" : spans.size() + " spans")
        + " in "
        + (lanes().size() == 1 ? "1 lane" : lanes().size() + " lanes")
        + ", time (ms) 0 … "
        + number(durationMs())
        + "\n  busy: "
        + busy
        + "\n  total (ms): "
        + totals;
  }

  @Override
  Canvas.Painter painter() {
    if (spans.isEmpty()) {
      throw new IllegalStateException(
          "Timeline '%s' has no spans: was the trace switched off, or drawn before the run?"
              .formatted(title()));
    }
    return new TimelinePainter(this);
  }

  /** {@code worker-2} comes before {@code worker-10}. */
  private static final Comparator<String> LANE_ORDER =
      Comparator.comparing(TimelineFigure::padded).thenComparing(Comparator.naturalOrder());

  private static String padded(String lane) {
    return java.util.regex.Pattern.compile("\\d+")
        .matcher(lane)
        .replaceAll(
            digits -> "0".repeat(Math.max(0, 19 - digits.group().length())) + digits.group());
  }
}
