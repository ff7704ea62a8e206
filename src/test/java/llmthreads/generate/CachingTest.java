package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import llmthreads.device.Cancellation;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.script.Tensor;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CachingTest {
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 384, 1e-5, 10_000, false, -1, List.of(5));
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(7), Precision.F32);
  private static final GenerateOptions OPTIONS =
      GenerateOptions.of(Sampling.random(0.9, 42)).withMaxTokens(30).withLogits();
  private static final Caching APART = new Caching(false, 0);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void sharing_and_lack_of_room_change_no_bit() {
    List<Prompt> prompts = alike();
    List<Completion> alone = new ArrayList<>();
    for (Prompt prompt : prompts) {
      alone.addAll(run(OPTIONS.withCaching(APART), List.of(prompt)).completions);
    }
    for (Caching caching :
        List.of(Caching.DEFAULT, new Caching(true, 700), new Caching(false, 400))) {
      for (int batch : new int[] {1, 3, 8}) {
        for (int chunk : new int[] {0, 50}) {
          GenerateOptions options =
              OPTIONS.withCaching(caching).withBatch(batch).withPrefillChunk(chunk);
          List<Completion> together = run(options, prompts).completions;
          for (int i = 0; i < alone.size(); i++) {
            assertTrue(
                alone.get(i).sameBits(together.get(i)),
                "prompt %d, batch %d, chunk %d, %s".formatted(i, batch, chunk, caching));
          }
        }
      }
    }
  }

  @Test
  void what_prompts_have_in_common_is_computed_once() {
    int[] text = random(1, 300);
    List<Prompt> same = Prompt.repeated(Prompt.of(CONFIG, List.of(text)), 6);
    GenerateOptions options = OPTIONS.withMaxTokens(1).withBatch(6);
    assertEquals(6 * 300, run(options.withCaching(APART), same).tokens);
    assertEquals(300 + 5 * (300 - 256), run(options, same).tokens);
    assertEquals(300 + 5 * (300 - 256), run(options.withBatch(2), same).tokens);
  }

  @Test
  void a_prompt_of_whole_pages_has_its_last_page_computed_for_its_logits() {
    List<Prompt> same = Prompt.repeated(Prompt.of(CONFIG, List.of(random(1, 256))), 2);
    assertEquals(256 + 128, run(OPTIONS.withMaxTokens(1), same).tokens);
  }

  @Test
  void without_room_for_all_the_youngest_is_computed_anew() {
    List<Prompt> prompts = Prompt.of(CONFIG, List.of(random(1, 120), random(2, 121)));
    GenerateOptions options = OPTIONS.withBatch(2).withMaxTokens(20);
    Ran enough = run(options, prompts);
    Ran scarce = run(options.withCaching(new Caching(true, 3 * 128)), prompts);
    assertTrue(scarce.tokens > enough.tokens, scarce.tokens + " tokens");
    for (int i = 0; i < 2; i++) {
      assertTrue(enough.completions.get(i).sameBits(scarce.completions.get(i)));
    }
  }

  @Test
  void a_cache_too_small_for_one_sequence_is_refused() {
    GenerateOptions options = OPTIONS.withCaching(new Caching(true, 256));
    List<Prompt> prompts = Prompt.of(CONFIG, List.of(random(1, 300)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> run(options, prompts)).getMessage();
    assertTrue(message.endsWith("has 2 pages of 128, but one sequence may need 3: give it 384"));
  }

  /** Answers, and how many tokens were computed for them. */
  private record Ran(List<Completion> completions, int tokens) {}

  private static Ran run(GenerateOptions options, List<Prompt> prompts) {
    int[] tokens = new int[1];
    Generator generator =
        new Generator(
            MODEL,
            paging -> new Counting(MODEL.decoder().open(paging), tokens),
            options,
            new Cancellation(),
            Trace.off());
    return new Ran(generator.run(prompts), tokens[0]);
  }

  /** A runner that counts the tokens of its prefills. */
  private record Counting(StepRunner runner, int[] tokens) implements StepRunner {
    @Override
    public Tensor forward(Step step) {
      tokens[0] += Arrays.stream(step.tokens()).mapToInt(row -> row.length).sum();
      return runner.forward(step);
    }

    @Override
    public Tensor forward(Step step, Tensor hidden) {
      return runner.forward(step, hidden);
    }

    @Override
    public long hiddenBytes(Step step) {
      return runner.hiddenBytes(step);
    }

    @Override
    public void close() {
      runner.close();
    }
  }

  /** Prompts that begin with one of two texts, in turns, for so long and then no more. */
  private static List<Prompt> alike() {
    int[][] texts = {random(1, 340), random(2, 340)};
    int[] common = {0, 127, 128, 129, 255, 256, 300, 128, 200, 256, 310, 40};
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < common.length; i++) {
      int[] tokens = random(10 + i, Math.min(340, common[i] + 1 + 13 * i));
      System.arraycopy(texts[i % 2], 0, tokens, 0, common[i]);
      all.add(tokens);
    }
    return Prompt.of(CONFIG, all);
  }

  private static int[] random(long seed, int length) {
    return new SplittableRandom(seed).ints(length, 0, CONFIG.vocabularySize()).toArray();
  }
}
