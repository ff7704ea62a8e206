package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.model.EncoderConfig.Family;
import llmthreads.model.Tokenizer.Typed;
import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * A text's rows and its labels' logits are the same bits whatever texts are beside it and whatever
 * the number of threads. The reference is the text alone, on one thread.
 */
class EncoderBitsProperties {
  private static final Map<String, EncoderModel> MODELS = new HashMap<>();

  private static final int CUT_LENGTH = 2_000;
  private static final String TANH =
      """
      def part(self, x: Tensor, type: int, at: int, end: int) -> Tensor:
        y = torch.tanh(torch.slice(torch.to(x, type), 0, at, end))
        return torch.to(y, 6)
      """;

  /** Shapes by name: hidden size, heads, feed-forward size. */
  private enum Shape {
    SMALL(64, 4, 96),
    MINI_LM(384, 12, 1536),
    ODD(96, 3, 225),
    /** Every sum is taken in pieces. */
    WIDE(1056, 33, 1056);

    private final int hidden;
    private final int heads;
    private final int wide;

    Shape(int hidden, int heads, int wide) {
      this.hidden = hidden;
      this.heads = heads;
      this.wide = wide;
    }
  }

  /**
   * One step.
   *
   * @param lengths of its texts, all of the same number of rows
   */
  record Run(Shape shape, Family family, int threads, List<Integer> lengths, long seed) {}

  @AfterContainer
  static void close() {
    MODELS.values().forEach(EncoderModel::close);
    MODELS.clear();
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void in_single_precision_nothing_around_a_text_changes_a_bit(@ForAll("runs") Run run) {
    check(run, Precision.F32);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  @AddLifecycleHook(BitsLawProperties.WhereBfloat16Is.class)
  void in_bfloat16_nothing_around_a_text_changes_a_bit(@ForAll("runs") Run run) {
    check(run, Precision.BF16);
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  @AddLifecycleHook(BitsLawProperties.WhereIntegersAre.class)
  void in_8_bits_nothing_around_a_text_changes_a_bit(@ForAll("runs") Run run) {
    check(run, Precision.INT8);
  }

  @Example
  void nothing_changes_a_bit_where_layers_and_head_take_sums_in_pieces() {
    check(new Run(Shape.WIDE, Family.BERT, 4, List.of(5, 8, 3), 1), Precision.F32);
  }

  /** Threads cut the loop of a head's tanh anywhere in a row. */
  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void a_tanh_is_the_same_bits_wherever_its_loop_is_cut(
      @ForAll("cuts") Tuple.Tuple2<Integer, Integer> cut,
      @ForAll long seed,
      @ForAll boolean bfloat16) {
    double[] numbers = new SplittableRandom(seed).doubles(CUT_LENGTH, -4, 4).toArray();
    float[] values = new float[CUT_LENGTH];
    for (int i = 0; i < CUT_LENGTH; i++) {
      values[i] = (float) numbers[i];
    }
    int type = (bfloat16 ? ElementType.BF16 : ElementType.F32).code();
    int from = cut.get1();
    int end = Math.min(CUT_LENGTH, from + cut.get2());
    try (Script script = Script.compile("tanh", TANH);
        Tensor x = Tensor.of(values, CUT_LENGTH);
        Tensor whole = script.call("part", x, type, 0, CUT_LENGTH);
        Tensor part = script.call("part", x, type, from, end)) {
      assertArrayEquals(Arrays.copyOfRange(whole.toFloats(), from, end), part.toFloats());
    }
  }

  @Provide
  Arbitrary<Tuple.Tuple2<Integer, Integer>> cuts() {
    return Combinators.combine(
            Arbitraries.integers().between(0, CUT_LENGTH - 1),
            Arbitraries.integers().between(1, 100))
        .as(Tuple::of);
  }

  @Provide
  Arbitrary<Run> runs() {
    Arbitrary<Integer> blocks =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.integers().between(1, 5)),
            Tuple.of(3, Arbitraries.integers().between(6, 24)),
            Tuple.of(1, Arbitraries.integers().between(25, 63)));
    Arbitrary<List<Integer>> lengths =
        blocks.flatMap(
            count ->
                Arbitraries.integers()
                    .between(EncoderScript.GRAIN * (count - 1) + 1, EncoderScript.GRAIN * count)
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(9));
    return Combinators.combine(
            Arbitraries.of(Shape.SMALL, Shape.MINI_LM, Shape.ODD),
            Arbitraries.of(Family.class),
            Arbitraries.integers().between(1, 4),
            lengths,
            Arbitraries.longs())
        .as(Run::new);
  }

  private static void check(Run run, Precision precision) {
    EncoderModel model =
        MODELS.computeIfAbsent(
            "%s %s %s".formatted(run.shape, run.family, precision),
            name ->
                EncoderModel.of(
                    config(run), new RandomWeights(run.shape.ordinal()), precision, Device.cpu()));
    SplittableRandom random = new SplittableRandom(run.seed);
    List<Typed> texts = new ArrayList<>();
    for (int length : run.lengths) {
      int[] tokens = random.ints(length, 0, model.config().vocabularySize()).toArray();
      texts.add(new Typed(tokens, random.ints(length, 0, 2).toArray()));
    }
    Computed together = compute(run.threads, model, texts);
    int perText = together.hidden.length / texts.size();
    int labels = model.config().labels().size();
    for (int i = 0; i < texts.size(); i++) {
      Computed alone = compute(1, model, List.of(texts.get(i)));
      int seen = run.lengths.get(i) * model.config().hiddenSize();
      same(alone.hidden, together.hidden, i * perText, seen, run);
      same(alone.logits, together.logits, i * labels, labels, run);
    }
  }

  private static EncoderConfig config(Run run) {
    return new EncoderConfig(
        run.family,
        131,
        run.shape.hidden,
        2,
        run.shape.heads,
        run.shape.wide,
        510,
        2,
        1e-12,
        Gelu.EXACT,
        List.of("good", "neither", "bad"),
        false);
  }

  private record Computed(float[] hidden, float[] logits) {}

  private static Computed compute(int threads, EncoderModel model, List<Typed> texts) {
    try (EngineThreads pool = new EngineThreads("law", 1, threads)) {
      return pool.run(
          new Cancellation(),
          () -> {
            try (Tensor hidden = model.hidden(texts);
                Tensor logits = model.classes(texts)) {
              return new Computed(hidden.toFloats(), logits.toFloats());
            }
          });
    }
  }

  private static void same(float[] alone, float[] all, int from, int count, Run run) {
    for (int i = 0; i < count; i++) {
      assertEquals(
          Float.floatToRawIntBits(alone[i]), Float.floatToRawIntBits(all[from + i]), run::toString);
    }
  }
}
