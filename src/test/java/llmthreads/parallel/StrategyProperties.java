package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import llmthreads.device.Cancellation;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.generate.TokenListener;
import llmthreads.model.Architecture;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.SampleDesigns;
import llmthreads.script.Operand;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the shape, the split, the prompts' lengths and the workers' delays: the same bits. */
class StrategyProperties {
  private static final int LONGEST_DELAY_MICROS = 2_000;

  @Property(tries = 40)
  void every_split_of_any_model_keeps_its_bits_whoever_is_held_up(
      @ForAll @IntRange(min = 1, max = 4) int layers,
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 1, max = 3) int group,
      @ForAll @IntRange(min = 1, max = 20) int prompts,
      @ForAll @IntRange(min = 1, max = 8) int batch,
      @ForAll @IntRange(max = 20) int chunk,
      @ForAll boolean greedy,
      @ForAll Architecture architecture,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Config config =
        new Config(
            97 + random.nextInt(100),
            96 + random.nextInt(100),
            layers,
            heads * group,
            heads,
            32,
            96 + random.nextInt(100),
            80,
            1e-5,
            random.nextBoolean(),
            -1,
            List.of(3),
            SampleDesigns.of(architecture));
    GenerateOptions options =
        GenerateOptions.of(greedy ? Sampling.greedy() : Sampling.random(0.9, seed))
            .withMaxTokens(1 + random.nextInt(6))
            .withBatch(batch)
            .withPrefillChunk(chunk)
            .withLogits();
    long before = Operand.live();
    try (LanguageModel model = LanguageModel.of(config, new RandomWeights(seed), Precision.F32)) {
      List<Prompt> asked = prompts(config, prompts, random);
      try (ParallelEngine engine = engine(model, random)) {
        SerialOracle.assertSameBits(
            SerialOracle.answers(model, asked, options),
            engine
                .generate(asked, options.withListener(delays(seed)), new Cancellation())
                .completions(),
            "%s of %d, %s, %s"
                .formatted(
                    engine.getClass().getSimpleName(),
                    engine.threads().workers(),
                    config,
                    options));
      }
    }
    assertEquals(before, Operand.live());
  }

  private static List<Prompt> prompts(Config config, int count, SplittableRandom random) {
    List<int[]> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(random.ints(1 + random.nextInt(70), 0, config.vocabularySize()).toArray());
    }
    return Prompt.of(config, tokens);
  }

  private static ParallelEngine engine(LanguageModel model, SplittableRandom random) {
    int stages = 1 + random.nextInt(model.config().layers());
    int shards = 1 + random.nextInt(model.config().keyValueHeads());
    Schedule schedule = Schedule.values()[random.nextInt(Schedule.values().length)];
    return switch (random.nextInt(5)) {
      case 0 -> new DataParallel(model, 1 + random.nextInt(4), 1, schedule);
      case 1 -> new PipelineParallel(model, stages, 1);
      case 2 -> new TensorParallel(model, shards, 1);
      case 3 -> new TaskEngine(model, 1 + random.nextInt(4), 1 + random.nextInt(6));
      default -> new HybridParallel(model, new Mesh(1 + random.nextInt(2), stages, shards), 1);
    };
  }

  /** Holds the worker up that has just chosen a token, each time as the seed and the token say. */
  private static TokenListener delays(long seed) {
    return (prompt, token, text) ->
        LockSupport.parkNanos(
            1000L * new SplittableRandom(seed + token).nextInt(LONGEST_DELAY_MICROS));
  }
}
