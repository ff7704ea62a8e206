package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingShareTest {
  private static final List<Product> SMALL = List.of(new Product(4, 64, 64, 1));
  private static final Duration SHORT = Duration.ofMillis(20);

  @Test
  void the_share_is_that_of_rounds_in_which_all_slowed_down_alike() {
    Comparison run =
        new Comparison(
            List.of(
                new Timing("1 worker", List.of(10_000_000L, 20_000_000L, 10_000_000L)),
                new Timing("2 workers", List.of(6_250_000L, 12_500_000L, 6_250_000L))));
    MachineLimit.Result limit =
        new MachineLimit.Result(2, List.of(100.0, 50.0, 100.0), List.of(160.0, 80.0, 160.0));
    ScalingShare share = new ScalingShare(run, limit);
    assertEquals(1.6, share.speedUp(), 1e-12);
    assertEquals(1, share.share(), 1e-12);
    assertTrue(share.shareInterval().contains(share.share()));
  }

  @Test
  void workers_and_processes_take_turns() {
    List<String> calls = new ArrayList<>();
    try (MachineLimit limit = new MachineLimit(SMALL, 2)) {
      ScalingShare share =
          ScalingShare.measure(
              limit,
              () -> calls.add("one"),
              () -> calls.add("all"),
              SHORT,
              2,
              (done, total, what) -> calls.add(what));
      assertEquals(
          List.of(
              "1 worker, warm-up",
              "one",
              "1 process, warm-up",
              "2 workers, warm-up",
              "all",
              "2 processes, warm-up",
              "1 worker, repetition 1"),
          calls.subList(0, 7));
      assertEquals(2, share.limit().one().size());
      assertEquals(2, share.run().timings().getLast().samplesNs().size());
    }
    try (MachineLimit alone = new MachineLimit(SMALL, 1)) {
      Benchmark.Work nothing = () -> {};
      assertThrows(
          IllegalArgumentException.class,
          () -> ScalingShare.measure(alone, nothing, nothing, SHORT, 1, Progress.silent()));
    }
  }
}
