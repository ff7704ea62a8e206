package llmthreads.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TraceTest {
  @Test
  void totals_and_busy_shares_add_up() {
    Trace trace = new Trace();
    trace.add(new Span("b", "decode", 50, 100, 8));
    trace.add(new Span("a", "prefill", 0, 40, 0));
    trace.add(new Span("a", "decode", 40, 100, 0));
    assertEquals(100, trace.durationNs());
    assertEquals(List.of("a", "b"), trace.lanes());
    assertEquals(Map.of("prefill", 40L, "decode", 110L), trace.totalsNs());
    assertEquals(Map.of("a", 1.0, "b", 0.5), trace.busy());
    assertEquals(0, trace.spans().getFirst().startNs());
  }

  @Test
  void no_span_is_lost_when_many_threads_record_at_once() {
    Trace trace = new Trace();
    try (var threads = Executors.newFixedThreadPool(4)) {
      IntStream.range(0, 1000)
          .forEach(
              i ->
                  threads.execute(
                      () -> {
                        try (Trace.Open open = trace.span("lane " + i % 4, "work")) {
                          Thread.onSpinWait();
                        }
                      }));
    }
    assertEquals(1000, trace.spans().size());
    assertEquals(4, trace.lanes().size());
  }

  @Test
  void a_trace_that_is_off_keeps_nothing() {
    Trace trace = Trace.off();
    trace.add(new Span("a", "x", 0, 1, 0));
    assertEquals(List.of(), trace.spans());
    assertEquals(0, trace.durationNs());
  }

  @Test
  void a_span_that_ends_before_it_begins_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Span("a", "x", 2, 1, 0));
  }

  @Test
  void a_span_inside_another_counts_once_as_busy_and_a_wait_not_at_all() {
    Trace trace = new Trace();
    trace.add(new Span("a", "step", 0, 60, 0));
    trace.add(new Span("a", "part", 10, 30, 0));
    trace.add(new Span("a", "wait", 60, 100, 0));
    assertEquals(Map.of("a", 1.0), trace.busy());
    assertEquals(Map.of("a", 0.6), trace.busy("wait"));
    assertEquals(List.of(new Span("a", "idle", 60, 100, 0)), trace.gaps("a", "wait"));
  }

  @Test
  void a_chrome_trace_holds_every_span_in_microseconds() {
    Trace trace = new Trace();
    trace.add(new Span("a \"quoted\"", "decode", 5_000, 7_500, 8));
    JsonObject file = JsonParser.parseString(trace.chromeJson()).getAsJsonObject();
    JsonObject span = file.getAsJsonArray("traceEvents").get(1).getAsJsonObject();
    assertEquals(0.0, span.get("ts").getAsDouble());
    assertEquals(2.5, span.get("dur").getAsDouble());
    assertEquals("decode", span.get("name").getAsString());
  }

  @Property
  void gaps_and_busy_time_make_up_the_whole_trace(@ForAll("spans") List<Span> spans) {
    Trace trace = Trace.of(spans);
    for (String lane : trace.lanes()) {
      boolean[] covered = new boolean[(int) trace.durationNs()];
      long origin = trace.spans().getFirst().startNs();
      for (Span span : spans) {
        if (span.lane().equals(lane)) {
          Arrays.fill(
              covered, (int) (span.startNs() - origin), (int) (span.endNs() - origin), true);
        }
      }
      long busy = IntStream.range(0, covered.length).filter(i -> covered[i]).count();
      long idle = trace.gaps(lane).stream().mapToLong(Span::durationNs).sum();
      assertEquals(covered.length - busy, idle);
      assertEquals((double) busy / Math.max(1, covered.length), trace.busy().get(lane), 1e-12);
    }
    long total = spans.stream().mapToLong(Span::durationNs).sum();
    assertEquals(total, trace.totalsNs().values().stream().mapToLong(t -> t).sum());
    assertEquals(
        total,
        trace.totalsByLaneNs().values().stream()
            .flatMap(lane -> lane.values().stream())
            .mapToLong(t -> t)
            .sum());
  }

  @Property
  void every_span_comes_back_from_csv(@ForAll("spans") List<Span> spans) {
    Trace trace = Trace.of(spans);
    List<List<String>> rows = Csv.parse(trace.csv());
    long origin = trace.spans().stream().mapToLong(Span::startNs).min().orElse(0);
    List<Span> back =
        rows.stream()
            .skip(1)
            .map(
                row ->
                    new Span(
                        row.get(0),
                        row.get(1),
                        origin + Long.parseLong(row.get(2)),
                        origin + Long.parseLong(row.get(3)),
                        Long.parseLong(row.get(4))))
            .toList();
    assertEquals(trace.spans(), back);
  }

  @Provide
  Arbitrary<List<Span>> spans() {
    Arbitrary<String> names = Arbitraries.of("prefill", "decode, step", "\"wait\"", "a\nb", "");
    Arbitrary<Long> times = Arbitraries.longs().between(0, 200);
    return Combinators.combine(names, names, times, times, times)
        .as(
            (lane, name, start, length, bytes) ->
                new Span(lane, name, start, start + length, bytes))
        .list()
        .ofMaxSize(20);
  }

  @Test
  void a_quote_that_nothing_closes_is_refused_with_its_line() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Csv.parse("a,b\n\"c,d\n"));
    assertEquals("Line 2 of the CSV opens a quote that nothing closes", e.getMessage());
  }
}
