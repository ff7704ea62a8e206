package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.SplittableRandom;
import llmthreads.script.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DecoderTest {
  private static final Paging PAGING = Paging.of(1, 64);
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 128, 1e-5, 10_000, false, -1, List.of());

  @ParameterizedTest
  @EnumSource(LinearKernel.class)
  void logits_are_those_of_a_decoder_in_plain_loops(LinearKernel kernel) {
    WeightSource source = new RandomWeights(7);
    int[] tokens = new SplittableRandom(1).ints(40, 0, 97).toArray();
    double[][] expected = new PlainDecoder(CONFIG, source).logits(tokens);
    try (Weights weights =
            Weights.load(
                CONFIG, source, Precision.F32, kernel, LayerRange.all(CONFIG), Shard.WHOLE);
        Decoder decoder = new Decoder(CONFIG, weights);
        KvCache cache = decoder.cache(PAGING);
        Tensor logits =
            decoder.forward(cache, Step.alone(PAGING, new int[][] {tokens}, 0).ofEveryToken())) {
      float[] actual = logits.toFloats();
      for (int t = 0; t < tokens.length; t++) {
        float[] row = java.util.Arrays.copyOfRange(actual, t * 97, t * 97 + 97);
        float[] oracle = new float[97];
        for (int i = 0; i < 97; i++) {
          oracle[i] = (float) expected[t][i];
        }
        assertArrayEquals(oracle, row, 1e-4f, "token " + t);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void both_kernels_say_the_same_of_every_architecture(Architecture architecture) {
    Design design = SampleDesigns.of(architecture);
    Config config = new Config(97, 64, 2, 4, 2, 32, 96, 128, 1e-5, false, -1, List.of(), design);
    int[] tokens = new SplittableRandom(1).ints(40, 0, 97).toArray();
    float[] packed = logits(config, LinearKernel.PACKED, tokens);
    assertArrayEquals(packed, logits(config, LinearKernel.PLAIN, tokens), 1e-4f);
  }

  private static float[] logits(Config config, LinearKernel kernel, int... tokens) {
    LayerRange all = LayerRange.all(config);
    Step step = Step.alone(PAGING, new int[][] {tokens}, 0);
    try (Weights weights =
            Weights.load(config, new RandomWeights(7), Precision.F32, kernel, all, Shard.WHOLE);
        Decoder decoder = new Decoder(config, weights);
        KvCache cache = decoder.cache(PAGING);
        Tensor logits = decoder.forward(cache, step.ofEveryToken())) {
      return logits.toFloats();
    }
  }

  @ParameterizedTest
  @CsvSource({"5,3", "50257,4", "1,5", "255,5", "256,5", "257,5", "1000,9", "50257,5"})
  void the_likeliest_token_is_the_first_of_equals(int vocabulary, int rows) {
    SplittableRandom random = new SplittableRandom(vocabulary);
    float[] values = new float[rows * vocabulary];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(20) - 10;
    }
    long[] expected = new long[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < vocabulary; i++) {
        boolean higher =
            values[row * vocabulary + i] > values[row * vocabulary + (int) expected[row]];
        expected[row] = higher ? i : expected[row];
      }
    }
    try (TokenScores scores = new TokenScores();
        Tensor logits = Tensor.of(values, rows, vocabulary)) {
      assertArrayEquals(expected, scores.greedy(logits));
      assertArrayEquals(expected, scores.greedyScored(logits).tokens());
    }
  }
}
