package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import llmthreads.model.WithoutHeads.Head;
import llmthreads.script.Tensor;
import org.junit.jupiter.api.Test;

class WithoutHeadsTest {
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 128, 1e-5, 10_000, false, -1, List.of());
  private static final WeightSource WHOLE = new RandomWeights(7);

  /** The same, but head 1 of layer 1 asks for something else. */
  private static final WeightSource ASKING_OTHERWISE =
      (name, shape) -> {
        Safetensors.Entry entry = WHOLE.get(name, shape);
        if (!name.equals("model.layers.1.self_attn.q_proj.weight")) {
          return entry;
        }
        float[] values = entry.bytes().toArray(ValueLayout.JAVA_FLOAT);
        for (int i = 32 * 64; i < 64 * 64; i++) {
          values[i] = -3 * values[i];
        }
        return Safetensors.Entry.f32(values, shape);
      };

  private static float[] logits(WeightSource source) {
    try (Weights weights = Weights.load(CONFIG, source, Precision.F32);
        Decoder decoder = new Decoder(CONFIG, weights);
        KvCache cache = decoder.cache(Paging.of(1, 32));
        Tensor logits =
            decoder.forward(cache, Step.alone(cache.paging(), new int[][] {{5, 6, 7, 8, 9}}, 0))) {
      return logits.toFloats();
    }
  }

  private static WeightSource without(WeightSource source, Head... heads) {
    return new WithoutHeads(source, CONFIG, List.of(heads));
  }

  @Test
  void what_a_missing_head_asks_for_changes_nothing() {
    Head head = new Head(1, 1);
    assertFalse(Arrays.equals(logits(WHOLE), logits(ASKING_OTHERWISE)), "the head has no say");
    assertArrayEquals(logits(without(WHOLE, head)), logits(without(ASKING_OTHERWISE, head)), 0);
    Head other = new Head(1, 2);
    assertFalse(
        Arrays.equals(logits(without(WHOLE, other)), logits(without(ASKING_OTHERWISE, other))),
        "another head is missing than was said");
  }

  @Test
  void without_any_head_missing_it_is_the_model_itself() {
    assertArrayEquals(logits(WHOLE), logits(without(WHOLE)), 0);
  }

  @Test
  void a_head_that_is_not_there_is_refused_by_its_name() {
    String message =
        assertThrows(ModelException.class, () -> without(WHOLE, new Head(0, 4))).getMessage();
    assertEquals(
        "There is no Head[layer=0, head=4]: the model has 2 layers of 4 heads, numbered from 0",
        message);
    Config older =
        new Config(97, 64, 2, 2, 2, 32, 96, 128, 1e-5, true, -1, List.of(), Gpt2Files.design());
    message =
        assertThrows(ModelException.class, () -> new WithoutHeads(WHOLE, older, List.of()))
            .getMessage();
    assertTrue(message.contains("GPT-2"), message);
  }
}
