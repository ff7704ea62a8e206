package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.script.Tensor;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/**
 * A sequence's logits are the same bits whatever batch it runs in, its neighbours, their lengths
 * and order, the number of threads, and however its tokens are cut into steps.
 *
 * <p>The reference is the sequence alone, whole, on one thread. Models differ in what decides which
 * kernels run: head size, grouped heads, sums of more and of fewer than 256 terms, contexts beyond
 * the blocks of attention; and in all that architectures differ in.
 */
class BitsLawProperties {
  private static final int LONGEST = 330;
  private static final Map<String, Case> CASES = new HashMap<>();

  /** Shapes by name: hidden size, heads, key-value heads, head size, feed-forward size. */
  private enum Shape {
    SMALL_GROUPED(64, 4, 2, 32, 96),
    EMBEDDED(256, 8, 4, 32, 640),
    WIDE_HEADS(256, 4, 4, 64, 704),
    ONE_KEY_HEAD(320, 5, 1, 64, 352),
    GROUPS_OF_THREE(192, 9, 3, 64, 1023);

    private final int hidden;
    private final int heads;
    private final int keyValueHeads;
    private final int headSize;
    private final int wide;

    Shape(int hidden, int heads, int keyValueHeads, int headSize, int wide) {
      this.hidden = hidden;
      this.heads = heads;
      this.keyValueHeads = keyValueHeads;
      this.headSize = headSize;
      this.wide = wide;
    }

    Config config(Design design) {
      return new Config(
          131,
          hidden,
          2,
          heads,
          keyValueHeads,
          headSize,
          wide,
          384,
          1e-5,
          true,
          -1,
          List.of(),
          design);
    }
  }

  /**
   * One run.
   *
   * @param threads inside an operator
   * @param lengths of the sequences
   * @param chunk the most tokens of a sequence in one step; 400 for whole sequences
   * @param pages where the cache has a sequence's keys and values
   */
  record Run(
      Shape shape,
      Design design,
      int threads,
      List<Integer> lengths,
      int chunk,
      Pages pages,
      long seed) {
    Config config() {
      return shape.config(design);
    }
  }

  /** How the rows of a run lie in the cache. */
  private enum Pages {
    SIDE_BY_SIDE,
    ANYWHERE,
    /** Anywhere, but rows of the same sequence share what all of them have whole pages of. */
    SHARED
  }

  /** Plain LLaMA, and one of every architecture. */
  private static final List<Design> DESIGNS =
      Stream.concat(
              Stream.of(Design.llama(1e4)),
              Arrays.stream(Architecture.values()).map(SampleDesigns::of))
          .toList();

  @AfterContainer
  static void close() {
    CASES.values().forEach(Case::close);
    CASES.clear();
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void in_single_precision_nothing_around_a_sequence_changes_a_bit(@ForAll("runs") Run run) {
    check(run, Precision.F32);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  @AddLifecycleHook(WhereBfloat16Is.class)
  void in_bfloat16_nothing_around_a_sequence_changes_a_bit(@ForAll("runs") Run run) {
    check(run, Precision.BF16);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  @AddLifecycleHook(WhereIntegersAre.class)
  void in_8_bits_nothing_around_a_sequence_changes_a_bit(@ForAll("runs") Run run) {
    check(run, Precision.INT8);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  @AddLifecycleHook(WhereIntegersAre.class)
  void in_4_bits_nothing_around_a_sequence_changes_a_bit(@ForAll("runs") Run run) {
    Assume.that(run.shape.wide % Precision.GROUP == 0);
    check(run, Precision.INT4);
  }

  /** Skips with a sentence. */
  static final class WhereIntegersAre implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return LinearKernel.has(Precision.INT8) && LinearKernel.has(Precision.INT4)
          ? SkipResult.doNotSkip()
          : SkipResult.skip("This machine has no integer products: the law was not tried for them");
    }
  }

  /** Skips with a sentence. */
  static final class WhereBfloat16Is implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return LinearKernel.has(Precision.BF16)
          ? SkipResult.doNotSkip()
          : SkipResult.skip(
              "This processor has no bfloat16 products: the law was not tried for them");
    }
  }

  @Provide
  Arbitrary<Run> runs() {
    Arbitrary<Integer> length =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.integers().between(1, 40)),
            Tuple.of(3, Arbitraries.integers().between(41, 140)),
            Tuple.of(1, Arbitraries.integers().between(141, LONGEST)));
    return Combinators.combine(
            Arbitraries.of(Shape.class),
            Arbitraries.of(DESIGNS),
            Arbitraries.integers().between(1, 4),
            length.list().ofMinSize(1).ofMaxSize(9),
            Arbitraries.of(1, 2, 3, 5, 31, 64, 100, 400),
            Arbitraries.of(Pages.class),
            Arbitraries.longs())
        .as(Run::new);
  }

  /**
   * The sequences in one batch, in random order, each cut into steps of random length up to the
   * chunk.
   */
  private static void check(Run run, Precision precision) {
    Case model =
        CASES.computeIfAbsent(run.config() + " " + precision, name -> new Case(run, precision));
    SplittableRandom random = new SplittableRandom(run.seed);
    int rows = run.lengths.size();
    int[] ids = random.ints(rows, 0, Case.SEQUENCES).toArray();
    int[] done = new int[rows];
    Cancellation cancellation = new Cancellation();
    try (EngineThreads threads = new EngineThreads("law", 1, run.threads);
        KvCache cache = model.decoder.cache(Paging.of(rows + 1, LONGEST))) {
      int[][] pages = pages(run, ids, cache.paging(), random);
      if (run.pages == Pages.SHARED) {
        for (int row = 0; row < rows; row++) {
          done[row] = shared(run, ids, row) * cache.paging().size();
          if (done[row] > 0) {
            int[] beginning = Arrays.copyOf(model.tokens[ids[row]], done[row]);
            Step step = new Step(new int[][] {beginning}, new int[1], new int[][] {pages[row]});
            threads.run(cancellation, () -> model.decoder.forward(cache, step)).close();
          }
        }
      }
      while (true) {
        int[][] tokens = new int[rows][];
        int[] starts = new int[rows];
        boolean any = false;
        for (int row = 0; row < rows; row++) {
          int length = run.lengths.get(row);
          any |= done[row] < length;
          starts[row] = Math.min(done[row], length - 1);
          int most = Math.min(run.chunk, length - starts[row]);
          int count = run.chunk == 400 ? most : 1 + random.nextInt(most);
          tokens[row] =
              Arrays.copyOfRange(model.tokens[ids[row]], starts[row], starts[row] + count);
          done[row] = starts[row] + count;
        }
        if (!any) {
          return;
        }
        Step step = new Step(tokens, starts, pages);
        float[] logits =
            threads.run(
                cancellation,
                () -> {
                  try (Tensor given = model.decoder.forward(cache, step)) {
                    return given.toFloats();
                  }
                });
        for (int row = 0; row < rows; row++) {
          int vocabulary = run.config().vocabularySize();
          for (int i = 0; i < vocabulary; i++) {
            assertEquals(
                Float.floatToRawIntBits(model.reference(ids[row], done[row] - 1)[i]),
                Float.floatToRawIntBits(logits[row * vocabulary + i]),
                () -> step + " of " + run);
          }
        }
      }
    }
  }

  /** The pages of each row's blocks. */
  private static int[][] pages(Run run, int[] ids, Paging paging, SplittableRandom random) {
    int rows = ids.length;
    int blocks = paging.pagesFor(LONGEST);
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, paging.pages()).boxed().toList());
    if (run.pages != Pages.SIDE_BY_SIDE) {
      Collections.shuffle(numbers, new Random(random.nextLong()));
    }
    int[][] pages = new int[rows][blocks];
    for (int row = 0; row < rows; row++) {
      int first = first(ids, row);
      for (int block = 0; block < blocks; block++) {
        boolean same = run.pages == Pages.SHARED && block < shared(run, ids, row);
        pages[row][block] = numbers.get(block * rows + (same ? first : row));
      }
    }
    return pages;
  }

  /** Blocks that all rows of a row's sequence have whole, one token at least behind them. */
  private static int shared(Run run, int[] ids, int row) {
    return IntStream.range(0, ids.length)
        .filter(other -> ids[other] == ids[row])
        .map(other -> (run.lengths.get(other) - 1) / DecoderScript.REACH)
        .min()
        .orElseThrow();
  }

  private static int first(int[] ids, int row) {
    return IntStream.range(0, row).filter(other -> ids[other] == ids[row]).findFirst().orElse(row);
  }

  /** A model, some sequences, and what each gives alone: the oracle. */
  private static final class Case implements AutoCloseable {
    static final int SEQUENCES = 5;
    private final int[][] tokens = new int[SEQUENCES][];
    private final List<float[]> logits = new ArrayList<>();
    private final int vocabulary;
    private final Weights weights;
    private final Decoder decoder;

    Case(Run run, Precision precision) {
      Config config = run.config();
      vocabulary = config.vocabularySize();
      weights = Weights.load(config, new RandomWeights(run.shape.ordinal()), precision);
      decoder = new Decoder(config, weights);
      SplittableRandom random = new SplittableRandom(17);
      try (EngineThreads one = new EngineThreads("reference", 1, 1);
          KvCache cache = decoder.cache(Paging.of(1, LONGEST))) {
        for (int i = 0; i < SEQUENCES; i++) {
          tokens[i] = random.ints(LONGEST, 0, vocabulary).toArray();
          Step whole = Step.alone(cache.paging(), new int[][] {tokens[i]}, 0);
          logits.add(
              one.run(
                  new Cancellation(),
                  () -> {
                    try (Tensor all = decoder.forward(cache, whole.ofEveryToken())) {
                      return all.toFloats();
                    }
                  }));
        }
      }
    }

    float[] reference(int sequence, int position) {
      return Arrays.copyOfRange(
          logits.get(sequence), position * vocabulary, (position + 1) * vocabulary);
    }

    @Override
    public void close() {
      decoder.close();
      weights.close();
    }
  }
}
