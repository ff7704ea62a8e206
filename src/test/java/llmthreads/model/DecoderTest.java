package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
  @EnumSource(FloatKernel.class)
  void logits_are_those_of_a_decoder_in_plain_loops(FloatKernel kernel) {
    WeightSource source = new RandomWeights(7);
    int[] tokens = new SplittableRandom(1).ints(40, 0, 97).toArray();
    double[][] expected = new PlainDecoder(CONFIG, source).logits(tokens);
    float[] actual = logits(CONFIG, Precision.F32, kernel, tokens);
    assertArrayEquals(flat(expected), actual, 1e-4f);
  }

  /** Where a number lies between two levels, the two decoders may round it to different ones. */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void integer_logits_are_those_of_plain_loops_that_round_alike(Precision precision) {
    assumeTrue(LinearKernel.has(precision), "this machine has no kernel for " + precision);
    WeightSource source = new RandomWeights(7);
    int[] tokens = new SplittableRandom(1).ints(40, 0, 97).toArray();
    float[] exact = flat(new PlainDecoder(CONFIG, source).logits(tokens));
    float[] rounded = flat(new PlainDecoder(CONFIG, source, Rounding.of(precision)).logits(tokens));
    float[] actual = logits(CONFIG, precision, LinearKernel.best(precision), tokens);
    double error = distance(exact, rounded);
    double off = distance(actual, rounded);
    assertTrue(off < 0.1 * error, off + " off, and rounding alone is " + error + " off");
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void integer_logits_of_every_architecture_are_near(Architecture architecture) {
    Design design = SampleDesigns.of(architecture);
    Config config = new Config(97, 64, 2, 4, 2, 32, 96, 128, 1e-5, false, -1, List.of(), design);
    int[] tokens = new SplittableRandom(1).ints(40, 0, 97).toArray();
    float[] exact = logits(config, Precision.F32, FloatKernel.PACKED, tokens);
    float[] zeros = new float[exact.length];
    for (Precision precision : List.of(Precision.INT8, Precision.INT4)) {
      float[] actual = logits(config, precision, LinearKernel.best(precision), tokens);
      double error = distance(exact, actual) / distance(exact, zeros);
      assertTrue(error < (precision == Precision.INT8 ? 0.06 : 0.3), precision + " " + error);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void all_kernels_say_the_same_of_every_architecture(Architecture architecture) {
    Design design = SampleDesigns.of(architecture);
    Config config = new Config(97, 64, 2, 4, 2, 32, 96, 128, 1e-5, false, -1, List.of(), design);
    int[] tokens = new SplittableRandom(1).ints(40, 0, 97).toArray();
    float[] packed = logits(config, Precision.F32, FloatKernel.PACKED, tokens);
    LinearKernel piecesOfAll = new PiecewiseKernel(40, 4);
    LinearKernel piecesOfTheWidest = new PiecewiseKernel(64, 2);
    for (LinearKernel kernel :
        List.of(FloatKernel.PLAIN, FloatKernel.GPU, piecesOfAll, piecesOfTheWidest)) {
      assertArrayEquals(packed, logits(config, Precision.F32, kernel, tokens), 1e-4f);
    }
  }

  private static float[] flat(double[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return all;
  }

  /** The root of the mean square of differences. */
  private static double distance(float[] a, float... b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares / a.length);
  }

  private static float[] logits(
      Config config, Precision precision, LinearKernel kernel, int... tokens) {
    LayerRange all = LayerRange.all(config);
    Step step = Step.alone(PAGING, new int[][] {tokens}, 0);
    try (Weights weights =
            Weights.load(config, new RandomWeights(7), precision, kernel, all, Shard.WHOLE);
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
