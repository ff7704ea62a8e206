package llmthreads.parallel.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.model.Config;
import llmthreads.model.Decoder;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Paging;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.model.Weights;
import llmthreads.script.Operand;
import llmthreads.script.Tensor;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FeatureFusionTest {
  private static final int HIDDEN = 64;
  private static final Config CONFIG =
      new Config(90, HIDDEN, 3, 4, 2, 16, 96, 64, 1e-5, 10_000, true, -1, List.of(5));
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(4), Precision.F32);
  private static final List<FeatureFusion.Branch> BRANCHES =
      List.of(
          new FeatureFusion.Branch(1, 0),
          new FeatureFusion.Branch(2, 0),
          new FeatureFusion.Branch(2, 7));
  private static final List<int[]> TEXTS =
      IntStream.range(0, 20)
          .mapToObj(i -> new SplittableRandom(i).ints(1 + 2L * i, 0, 90).toArray())
          .toList();

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void the_features_are_the_same_bits_with_any_number_of_workers() {
    List<float[]> alone = features(TEXTS, 1, Trace.off());
    for (int workers = 2; workers <= 3; workers++) {
      List<float[]> fused = features(TEXTS, workers, Trace.off());
      for (int text = 0; text < TEXTS.size(); text++) {
        assertArrayEquals(alone.get(text), fused.get(text), 0f, "text " + text);
      }
    }
  }

  @Test
  void a_branch_is_the_mean_of_the_hidden_states_behind_its_layers() {
    try (Weights lower = MODEL.weights().stage(new LayerRange(0, 2));
        Decoder decoder = new Decoder(CONFIG, lower)) {
      for (int[] text : List.of(TEXTS.get(3), TEXTS.get(15))) {
        float[] mean = new float[HIDDEN];
        Paging paging = Paging.of(1, text.length);
        try (StepRunner runner = decoder.open(paging);
            Tensor states = runner.forward(Step.alone(paging, new int[][] {text}, 0))) {
          float[] hidden = states.toFloats();
          for (int i = 0; i < text.length * HIDDEN; i++) {
            mean[i % HIDDEN] += hidden[i] / text.length;
          }
        }
        float[] fused = features(List.of(text), 2, Trace.off()).getFirst();
        assertEquals(BRANCHES.size() * HIDDEN, fused.length);
        for (int i = 0; i < HIDDEN; i++) {
          assertEquals(mean[i], fused[HIDDEN + i], 1e-5);
        }
      }
    }
  }

  @Test
  void a_window_hides_from_a_token_what_lies_before_it() {
    int[] text = TEXTS.get(6);
    int[] other = text.clone();
    other[0] = (text[0] + 1) % 90;
    int[] rest = {10, 11, 12, 13, 14, 15, 16};
    int[] joined = IntStream.concat(IntStream.of(text).limit(7), IntStream.of(rest)).toArray();
    int[] changed = IntStream.concat(IntStream.of(other).limit(7), IntStream.of(rest)).toArray();
    int[] first = IntStream.of(text).limit(7).toArray();
    int[] firstChanged = IntStream.of(other).limit(7).toArray();
    List<float[]> fused = features(List.of(joined, changed, first, firstChanged), 1, Trace.off());
    for (int i = 2 * HIDDEN; i < 3 * HIDDEN; i++) {
      double apart = fused.get(0)[i] - fused.get(1)[i];
      double expected = (fused.get(2)[i] - fused.get(3)[i]) / 2;
      assertEquals(expected, apart, 1e-5, "only the first of two windows differs");
    }
  }

  @Test
  void workers_gather_what_the_formula_says() {
    Trace trace = new Trace();
    features(TEXTS, 3, trace);
    long array = (long) BRANCHES.size() * TEXTS.size() * HIDDEN * Float.BYTES;
    assertEquals((3 - 1) * array, trace.bytes().get("all-gather"));
  }

  @Test
  void a_cancelled_run_ends_and_leaves_nothing_behind() {
    long before = Operand.live();
    try (FeatureFusion fusion = new FeatureFusion(MODEL, BRANCHES, 3, 1)) {
      Cancellation cancellation = new Cancellation();
      cancellation.request();
      assertThrows(
          CancellationException.class, () -> fusion.features(TEXTS, cancellation, Trace.off()));
      int[] stranger = {1, 2, 1000};
      assertThrows(
          IllegalArgumentException.class,
          () -> fusion.features(List.of(stranger), new Cancellation(), Trace.off()));
    }
    assertEquals(before, Operand.live());
  }

  @Test
  void what_is_no_part_of_the_model_is_refused_in_a_sentence() {
    refused("A branch of 3 layers is no part of a model of 3: take 2 at most", 3, 1);
    refused("1 branches keep 1 workers busy at most, not 2", 2, 2);
    refused("1 layer or more", 0, 1);
  }

  private static void refused(String reason, int layers, int workers) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new FeatureFusion(
                        MODEL, List.of(new FeatureFusion.Branch(layers, 0)), workers, 1))
            .getMessage();
    assertTrue(message.contains(reason), message);
  }

  private static List<float[]> features(List<int[]> texts, int workers, Trace trace) {
    try (FeatureFusion fusion = new FeatureFusion(MODEL, BRANCHES, workers, 1)) {
      return fusion.features(texts, new Cancellation(), trace);
    }
  }
}
