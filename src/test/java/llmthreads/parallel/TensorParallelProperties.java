package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Architecture;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.LinearKernel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.SampleDesigns;
import llmthreads.script.Operand;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the model's shape: a cut by feature map changes no bit. */
class TensorParallelProperties {
  @Property(tries = 60)
  void any_shape_that_can_be_cut_keeps_its_bits(
      @ForAll @IntRange(min = 1, max = 4) int workers,
      @ForAll @IntRange(min = 1, max = 3) int group,
      @ForAll @IntRange(max = 3) int moreHeads,
      @ForAll @IntRange(min = 1, max = 4) int headSize,
      @ForAll @IntRange(max = 200) int moreHidden,
      @ForAll @IntRange(max = 200) int moreWide,
      @ForAll @IntRange(max = 200) int moreTokens,
      @ForAll boolean tied,
      @ForAll Architecture architecture,
      @ForAll Precision precision,
      @ForAll long seed) {
    Assume.that(LinearKernel.has(precision));
    int least = 32 * workers;
    int heads = workers + moreHeads;
    boolean whole = precision == Precision.INT4;
    Config config =
        new Config(
            least + moreTokens,
            least + (whole ? moreHidden / 32 * 32 : moreHidden),
            2,
            heads * group,
            heads,
            whole ? 32 * headSize : 16 * headSize,
            least + (whole ? moreWide / 32 * 32 : moreWide),
            64,
            1e-5,
            tied,
            -1,
            List.of(),
            SampleDesigns.of(architecture));
    long before = Operand.live();
    try (LanguageModel model = LanguageModel.of(config, new RandomWeights(seed), precision);
        TensorParallel shards = new TensorParallel(model, workers, 1)) {
      List<Prompt> prompts = SerialOracle.prompts(config, 5);
      GenerateOptions options =
          GenerateOptions.of(Sampling.greedy()).withMaxTokens(3).withBatch(3).withLogits();
      SerialOracle.assertSameBits(
          SerialOracle.answers(model, prompts, options),
          shards.generate(prompts, options, new Cancellation()).completions(),
          "%d workers, %s, %s".formatted(workers, precision, config));
    }
    assertEquals(before, Operand.live());
  }
}
