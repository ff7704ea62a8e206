package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.InOrder;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.script.Operand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class AdaptiveParallelTest {
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 96, 1e-5, 10_000, true, -1, List.of(5, 9));
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(11), Precision.F32);
  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 450);
  private static final GenerateOptions OPTIONS =
      GenerateOptions.of(Sampling.random(0.8, 7)).withMaxTokens(2);
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(1, 1, 1),
          new Setting(2, 1, 4),
          new Setting(1, 2, 2),
          new Setting(2, 1, 8),
          new Setting(1, 1, 4));

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void while_it_searches_and_after_every_answer_is_the_serial_one() {
    List<Completion> serial = SerialOracle.answers(MODEL, PROMPTS, OPTIONS);
    List<Integer> heard = new ArrayList<>();
    try (AdaptiveParallel adaptive = new AdaptiveParallel(MODEL, SETTINGS, Duration.ofMillis(20))) {
      AdaptiveParallel.Run run =
          adaptive.generate(
              PROMPTS,
              OPTIONS.withCompletions(new InOrder(answer -> heard.add(answer.promptIndex()))),
              new Cancellation());
      SerialOracle.assertSameBits(serial, run.completions(), "searching");
      assertEquals(IntStream.range(0, PROMPTS.size()).boxed().toList(), heard);
      assertEquals(
          PROMPTS.size(), run.trials().stream().mapToInt(AdaptiveParallel.Trial::prompts).sum());
      assertTrue(SETTINGS.contains(run.settled().orElseThrow()));
      assertEquals(run.settled().get(), run.trials().getLast().setting());
      assertTrue(run.searchNs() > 0 && run.searchNs() < run.wallNs());

      AdaptiveParallel.Run again =
          adaptive.generate(PROMPTS.subList(0, 9), OPTIONS, new Cancellation());
      SerialOracle.assertSameBits(serial.subList(0, 9), again.completions(), "settled");
      assertEquals(1, again.trials().size());
      assertEquals(0, again.searchNs());
    }
    SerialOracle.assertNoThread("worker-");
  }

  @Test
  void a_search_that_runs_out_of_prompts_goes_on_with_the_next_call() {
    try (AdaptiveParallel adaptive = new AdaptiveParallel(MODEL, SETTINGS, Duration.ofMillis(20))) {
      int calls = 0;
      while (adaptive.settled().isEmpty()) {
        AdaptiveParallel.Run run =
            adaptive.generate(PROMPTS.subList(0, 60), OPTIONS, new Cancellation());
        assertEquals(60, run.completions().size());
        assertTrue(calls++ < 60, "it never settles");
      }
      assertTrue(calls > 1);
    }
  }

  @Test
  void it_fails_as_a_whole_when_a_worker_does_and_can_run_again() {
    long before = Operand.live();
    try (AdaptiveParallel adaptive = new AdaptiveParallel(MODEL, SETTINGS, Duration.ofMillis(20))) {
      GenerateOptions failing =
          OPTIONS.withCompletions(
              answer -> {
                if (answer.promptIndex() == 100) {
                  throw new IllegalArgumentException("the listener fell over");
                }
              });
      assertEquals(
          "the listener fell over",
          Assertions.assertThrows(
                  IllegalArgumentException.class,
                  () -> adaptive.generate(PROMPTS, failing, new Cancellation()))
              .getMessage());
      Cancellation cancelled = new Cancellation();
      cancelled.request();
      Assertions.assertThrows(
          CancellationException.class, () -> adaptive.generate(PROMPTS, OPTIONS, cancelled));
      assertEquals(
          3,
          adaptive
              .generate(PROMPTS.subList(0, 3), OPTIONS, new Cancellation())
              .completions()
              .size());
    }
    assertEquals(before, Operand.live());
    SerialOracle.assertNoThread("worker-");
  }
}
