package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import llmthreads.script.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is timed against the decoder computes the same. */
class CacheOrderTest {
  private static final int PROMPT = 140;
  private static final int SEQUENCES = 3;

  @ParameterizedTest
  @EnumSource(CacheOrder.class)
  void an_order_gives_the_decoders_logits_of_a_prompt_and_of_steps_behind_it(CacheOrder order) {
    Config config = new Config(97, 64, 2, 4, 4, 16, 96, 256, 1e-5, 10_000, true, -1, List.of());
    Paging paging = Paging.of(SEQUENCES, PROMPT + 2);
    int[][] tokens = new int[SEQUENCES][PROMPT];
    for (int row = 0; row < SEQUENCES; row++) {
      int first = row;
      Arrays.setAll(tokens[row], i -> (first + 31 * i) % config.vocabularySize());
    }
    try (LanguageModel model = LanguageModel.of(config, new RandomWeights(1), Precision.F32);
        StepRunner own = model.decoder().open(paging);
        StepRunner other = new WholeCacheRunner(model, order, paging, SEQUENCES)) {
      assertSame(own, other, Step.alone(paging, tokens, 0, 0, 0));
      for (int at = PROMPT; at < PROMPT + 2; at++) {
        assertSame(own, other, Step.alone(paging, new int[][] {{1}, {2}, {3}}, at, at, at));
      }
    }
  }

  private static void assertSame(StepRunner own, StepRunner other, Step step) {
    try (Tensor expected = own.forward(step);
        Tensor actual = other.forward(step)) {
      assertArrayEquals(expected.toFloats(), actual.toFloats(), 1e-4f);
    }
  }
}
