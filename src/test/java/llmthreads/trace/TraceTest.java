package llmthreads.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
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
}
