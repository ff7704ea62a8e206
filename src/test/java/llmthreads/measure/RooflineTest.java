package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import llmthreads.model.Config;
import llmthreads.model.Precision;
import llmthreads.script.Operand;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class RooflineTest {
  private static final Config CONFIG =
      new Config(1000, 64, 3, 4, 2, 16, 128, 256, 1e-5, 10_000, true, -1, List.of());

  @Property
  void nothing_is_above_either_limit_and_the_ridge_is_at_both(
      @ForAll @DoubleRange(min = 1e9, max = 1e13) double peak,
      @ForAll @DoubleRange(min = 1e8, max = 1e12) double bandwidth,
      @ForAll @DoubleRange(min = 1e-3, max = 1e5) @Scale(3) double intensity) {
    Roofline roof = new Roofline(2, peak, bandwidth);
    double most = roof.attainable(intensity);
    assertTrue(most <= peak && most <= intensity * bandwidth);
    assertEquals(peak, roof.attainable(roof.ridge()), peak * 1e-12);
    assertEquals(intensity < roof.ridge(), most < peak);
  }

  @Test
  void a_step_takes_as_long_as_the_slower_of_reading_and_computing() {
    Roofline roof = new Roofline(2, 100e9, 10e9);
    assertEquals(200, roof.leastMs(new StepWork(1e6, 1e9)), 1e-9, "2 workers read 1 GB each");
    assertEquals(20, roof.leastMs(new StepWork(1e9, 1e6)), 1e-9, "2 workers compute 1 GFLOP each");
  }

  @Test
  void a_decode_step_multiplies_every_weight_once_for_each_sequence() {
    long norms = 3L * 2 * 64 + 64;
    double weights = CONFIG.parameters() - norms;
    StepWork step = StepWork.of(CONFIG, Precision.F32, 8, 1, 9);
    double attention = 3 * 4 * (4 * 16) * 10 * 8;
    assertEquals(2 * weights * 8 + attention, step.flops(), 1e-6);
    double cache = 2 * 3 * (2 * 16) * 10 * 8;
    assertEquals(4 * (weights + cache), step.bytes(), 1e-6);
    assertEquals(step.bytes() / 2, StepWork.of(CONFIG, Precision.BF16, 8, 1, 9).bytes(), 1e-6);
  }

  @Property
  void a_prefill_computes_what_its_tokens_would_one_by_one_but_for_their_logits(
      @ForAll @IntRange(min = 1, max = 5) int sequences,
      @ForAll @IntRange(min = 1, max = 40) int tokens) {
    double oneByOne = 0;
    for (int past = 0; past < tokens; past++) {
      oneByOne += StepWork.of(CONFIG, Precision.F32, sequences, 1, past).flops();
    }
    double logits = 2.0 * 64 * 1000 * sequences * (tokens - 1);
    StepWork prefill = StepWork.of(CONFIG, Precision.F32, sequences, tokens, 0);
    assertEquals(oneByOne - logits, prefill.flops(), 1e-3);
  }

  @Test
  void both_limits_of_this_machine_are_measured_and_nothing_stays_behind() {
    long before = Operand.live();
    List<Long> steps = new ArrayList<>();
    List<Roofline> roofs =
        measure(2, Duration.ofMillis(30), (done, total, what) -> steps.add(done));
    assertEquals(List.of(1, 2), roofs.stream().map(Roofline::workers).toList());
    assertEquals(List.of(0L, 1L), steps);
    assertTrue(roofs.getFirst().ridge() > 0, roofs.toString());
    assertEquals(before, Operand.live());

    Thread caller = Thread.currentThread();
    assertThrows(
        CancellationException.class,
        () -> measure(1, Duration.ofMinutes(9), (done, total, what) -> caller.interrupt()));
    assertTrue(Thread.interrupted(), "the interrupt flag is set again");
    assertEquals(before, Operand.live());
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("roofline")));
  }

  private static List<Roofline> measure(int workers, Duration each, Progress progress) {
    Product small = new Product(4, 64, 64, 2);
    return Roofline.measure(small, small, workers, Precision.F32, each, 1, progress);
  }

  @Test
  void what_no_machine_has_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Roofline(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Roofline(1, 1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Roofline(0, 1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> Roofline.measure(1, Precision.F32, Duration.ofMillis(1), 0, Progress.silent()));
  }
}
