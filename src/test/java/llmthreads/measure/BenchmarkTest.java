package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import llmthreads.trace.Csv;
import org.junit.jupiter.api.Test;

class BenchmarkTest {
  @Test
  void candidates_take_turns_after_the_warm_up() {
    List<String> calls = new ArrayList<>();
    List<String> progress = new ArrayList<>();
    Comparison result =
        new Benchmark()
            .warmUps(1)
            .repetitions(2)
            .progress((done, total, what) -> progress.add(done + "/" + total + " " + what))
            .candidate("a", () -> calls.add("a"))
            .candidate(
                "b",
                () -> {
                  calls.add("b");
                })
            .run();
    assertEquals(List.of("a", "b", "a", "b", "a", "b"), calls);
    assertEquals(2, result.timing("a").samplesNs().size());
    assertEquals("0/6 a, warm-up", progress.getFirst());
    assertEquals("6/6 done", progress.getLast());
  }

  @Test
  void a_benchmark_repeats_ten_times_unless_told_otherwise() {
    assertEquals(
        10, new Benchmark().candidate("a", () -> 1).run().timings().getFirst().samplesNs().size());
  }

  @Test
  void an_interrupt_ends_a_benchmark_before_the_next_call() {
    List<Integer> calls = new ArrayList<>();
    Benchmark benchmark =
        new Benchmark()
            .candidate(
                "a",
                () -> {
                  calls.add(1);
                  Thread.currentThread().interrupt();
                });
    assertThrows(CancellationException.class, benchmark::run);
    assertTrue(Thread.interrupted(), "the interrupt flag is set again");
    assertEquals(1, calls.size());
  }

  @Test
  void an_interrupt_ends_a_candidate_that_waits() {
    CountDownLatch never = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    assertThrows(
        CancellationException.class,
        () -> new Benchmark().candidate("a", () -> never.await()).run());
    assertTrue(Thread.interrupted());
  }

  @Test
  void the_failure_of_a_candidate_names_it() {
    IOException cause = new IOException("no such model");
    Benchmark.Work fails =
        () -> {
          throw cause;
        };
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class, () -> new Benchmark().candidate("a", fails).run());
    assertTrue(e.getMessage().startsWith("Candidate 'a' failed"));
    assertSame(cause, e.getCause());
  }

  @Test
  void a_benchmark_of_nothing_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Benchmark().run());
    assertThrows(IllegalArgumentException.class, () -> new Benchmark().repetitions(0));
    Benchmark one = new Benchmark().candidate("a", () -> 1);
    assertThrows(IllegalArgumentException.class, () -> one.candidate("a", () -> 1));
  }

  @Test
  void speed_ups_are_ratios_of_medians_within_their_interval() {
    Comparison comparison =
        new Comparison(List.of(timing("slow", 1_000_000), timing("fast", 500_000)));
    assertEquals(2, comparison.speedUp("fast"), 0.02);
    Interval interval = comparison.speedUpInterval("fast");
    assertTrue(interval.contains(comparison.speedUp("fast")), interval.toString());
    assertTrue(interval.low() > 1.9 && interval.high() < 2.1, interval.toString());
    assertEquals(interval, comparison.speedUpInterval("fast"), "the same seed, the same interval");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> comparison.timing("other"));
    assertEquals("There is no candidate 'other'; there are 'slow', 'fast'", e.getMessage());
  }

  @Test
  void timings_of_different_rounds_are_no_comparison() {
    Timing one = new Timing("one", List.of(1L));
    Timing two = new Timing("two", List.of(1L, 2L));
    assertThrows(IllegalArgumentException.class, () -> new Comparison(List.of(one, two)));
    assertThrows(IllegalArgumentException.class, () -> new Timing("none", List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Timing("odd", List.of(-1L)));
  }

  @Test
  void every_raw_sample_stands_in_the_csv() {
    Timing timing = timing("a, b", 100);
    List<List<String>> rows = Csv.parse(Timing.csv(List.of(timing)));
    assertEquals(List.of("name", "repetition", "ns"), rows.getFirst());
    assertEquals(
        timing.samplesNs(), rows.stream().skip(1).map(r -> Long.parseLong(r.get(2))).toList());
    assertEquals("a, b", rows.getLast().getFirst());
  }

  @Test
  void a_timing_tells_its_median_in_a_unit_that_suits() {
    assertEquals(
        "a: median 2.00 ms (93 % interval 1.00 ms … 3.00 ms), 5 samples",
        new Timing("a", List.of(1_000_000L, 1_000_000L, 2_000_000L, 3_000_000L, 3_000_000L))
            .toString());
    assertEquals("800 ns", Timing.text(0.0008));
    assertEquals("1.50 s", Timing.text(1500));
    assertEquals(5, new Timing("a", List.of(200_000_000L)).perSecond(1));
  }

  private static Timing timing(String name, long around) {
    return new Timing(
        name,
        LongStream.range(0, 20)
            .map(i -> around + around * ((i * 7) % 20 - 10) / 1000)
            .boxed()
            .toList());
  }
}
