package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionMapsTest {
  private static final RandomWeights SOURCE = new RandomWeights(7);

  private static Config config(Design design) {
    return new Config(97, 64, 2, 4, 2, 32, 96, 160, 1e-5, false, -1, List.of(), design);
  }

  private static int[] tokens(int count) {
    return new SplittableRandom(1).ints(count, 0, 97).toArray();
  }

  private static <T> T with(Design design, Precision precision, Function<Decoder, T> use) {
    Config config = config(design);
    try (Weights weights = Weights.load(config, SOURCE, precision);
        Decoder decoder = new Decoder(config, weights)) {
      return use.apply(decoder);
    }
  }

  private static AttentionMaps maps(Design design, int... tokens) {
    return with(design, Precision.F32, decoder -> decoder.attentionMaps(tokens));
  }

  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      names = {"LLAMA", "MISTRAL"})
  void they_are_those_of_a_decoder_in_plain_loops(Architecture architecture) {
    Design design =
        architecture == Architecture.LLAMA ? Design.llama(1e4) : SampleDesigns.of(architecture);
    int[] tokens = tokens(140);
    double[][][][] expected = new PlainDecoder(config(design), SOURCE).maps(tokens);
    AttentionMaps maps = maps(design, tokens);
    for (int layer = 0; layer < 2; layer++) {
      for (int head = 0; head < 4; head++) {
        for (int token = 0; token < tokens.length; token++) {
          String where = "layer %d, head %d, token %d".formatted(layer, head, token);
          double[] row = expected[layer][head][token];
          assertArrayEquals(row, maps.row(layer, head, token), 1e-5, where);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void a_row_sums_to_one_and_what_a_token_must_not_see_has_exactly_zero(Architecture architecture) {
    Design design = SampleDesigns.of(architecture);
    int count = 50;
    AttentionMaps maps = maps(design, tokens(count));
    for (int layer = 0; layer < maps.layers(); layer++) {
      for (int head = 0; head < maps.heads(); head++) {
        for (int token = 0; token < count; token++) {
          int first = design.window() == 0 ? 0 : Math.max(0, token - design.window() + 1);
          assertEquals(1, maps.share(layer, head, token, first, token + 1), 1e-5);
          double[] row = maps.row(layer, head, token);
          for (int seen = 0; seen < count; seen++) {
            boolean allowed = seen >= first && seen <= token;
            assertEquals(allowed, row[seen] != 0, "token %d looks at %d".formatted(token, seen));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 33, 129})
  void what_a_token_looks_at_does_not_depend_on_what_follows(int count) {
    double[] whole = maps(Design.llama(1e4), tokens(150)).row(1, 3, count - 1);
    double[] alone = maps(Design.llama(1e4), tokens(count)).row(1, 3, count - 1);
    assertArrayEquals(Arrays.copyOf(whole, count), alone, 0);
  }

  @Test
  void in_bfloat16_rows_sum_to_one_within_its_rounding() {
    AttentionMaps maps =
        with(Design.llama(1e4), Precision.BF16, decoder -> decoder.attentionMaps(tokens(20)));
    for (int token = 0; token < 20; token++) {
      assertEquals(1, maps.share(1, 2, token, 0, token + 1), 0.02);
    }
  }

  @Test
  void another_text_has_other_maps() {
    AttentionMaps maps = maps(Design.llama(1e4), 5, 6, 7);
    assertTrue(maps.sameBits(maps(Design.llama(1e4), 5, 6, 7)));
    assertEquals(false, maps.sameBits(maps(Design.llama(1e4), 6, 5, 7)));
  }

  @Test
  void a_stage_behind_the_first_refuses_by_a_sentence() {
    Config config = config(Design.llama(1e4));
    try (Weights weights = Weights.load(config, SOURCE, Precision.F32);
        Weights second = weights.stage(new LayerRange(1, 2));
        Decoder stage = new Decoder(config, second)) {
      String message =
          assertThrows(IllegalStateException.class, () -> stage.attentionMaps(1, 2)).getMessage();
      assertTrue(message.contains("begins with layer 1"), message);
    }
  }

  @Test
  void a_place_outside_is_refused_by_its_name() {
    AttentionMaps maps = maps(Design.llama(1e4), 5, 6, 7);
    String message =
        assertThrows(IndexOutOfBoundsException.class, () -> maps.row(2, 0, 0)).getMessage();
    assertEquals("There is no layer 2: they are numbered 0 to 1", message);
  }
}
