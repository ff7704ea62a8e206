package llmthreads.parallel;

import java.util.ArrayList;
import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Shard;
import llmthreads.model.StepRunner;

/**
 * Pipeline parallelism: the model's layers are cut into stages, a worker each, and several
 * micro-batches of the prompts are on their way through them at once. The stages share the memory
 * of the whole model's weights. The answers are those of the serial run to the bit.
 *
 * <pre>{@code
 * try (PipelineParallel stages = new PipelineParallel(engine.model(), 2, 1)) {
 *   ParallelRun run = stages.generate(prompts, GenerateOptions.of(Sampling.greedy()), 4);
 * }
 * }</pre>
 *
 * <p>With {@code p} stages of equal cost, {@code m} micro-batches that go through once keep the
 * workers busy for {@code m / (m + p − 1)} of the time (GPipe, arXiv 1811.06965); while tokens are
 * generated a micro-batch comes back as soon as it is through, and from {@code m = p} on every
 * stage has work.
 *
 * <p>One run at a time is meant; a second waits for the first stage by stage. Who makes it closes
 * it, before the model.
 */
public final class PipelineParallel implements ParallelEngine {
  private final LanguageModel model;
  private final EngineThreads threads;
  private final List<LayerRange> layers;
  private final List<ShardedStage> stages = new ArrayList<>();

  /**
   * Stages that cost about the same, by a measurement of every layer on this machine.
   *
   * @throws IllegalArgumentException when there are more stages than layers, or a number is less
   *     than 1
   */
  public PipelineParallel(LanguageModel model, int stages, int intraOpThreads) {
    this(model, LayerCosts.balanced(model, stages, intraOpThreads), intraOpThreads);
  }

  /**
   * Stages of chosen layers.
   *
   * @param layers ranges that follow each other from the first layer to the last
   * @throws IllegalArgumentException when they leave a layer out or take one twice
   */
  public PipelineParallel(LanguageModel model, List<LayerRange> layers, int intraOpThreads) {
    int next = 0;
    for (LayerRange range : layers) {
      if (range.from() != next) {
        throw new IllegalArgumentException(
            "Stages follow each other without a gap: layer %d comes next, not %s"
                .formatted(next, range));
      }
      next = range.to();
    }
    if (next != model.config().layers()) {
      throw new IllegalArgumentException(
          "The stages end with layer %d, the model has %d"
              .formatted(next, model.config().layers()));
    }
    this.model = model;
    this.layers = List.copyOf(layers);
    this.threads = new EngineThreads("stage", layers.size(), intraOpThreads);
    for (LayerRange range : layers) {
      stages.add(new ShardedStage(model, range, 1, Shard.Form.GATHERED));
    }
  }

  /** The layers of each stage. */
  public List<LayerRange> layers() {
    return layers;
  }

  @Override
  public LanguageModel model() {
    return model;
  }

  @Override
  public List<Long> weightBytes() {
    return stages.stream().map(stage -> stage.weightBytes().getFirst()).toList();
  }

  @Override
  public EngineThreads threads() {
    return threads;
  }

  /**
   * Continues texts, with the options' batch cut into micro-batches.
   *
   * @throws IllegalArgumentException when there are none, or one is empty or longer than the
   *     context, or {@code microBatches} is less than 1
   */
  public ParallelRun generate(List<String> prompts, GenerateOptions options, int microBatches) {
    return generate(Prompt.encode(model, prompts), options, microBatches, new Cancellation());
  }

  /** Continues prompts, with as many micro-batches as stages. */
  @Override
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, Cancellation cancellation) {
    return generate(prompts, options, stages.size(), cancellation);
  }

  /**
   * Continues prompts, with the options' batch cut into micro-batches.
   *
   * @throws IllegalArgumentException when {@code microBatches} is less than 1
   */
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, int microBatches, Cancellation cancellation) {
    List<StepRunner.Source> runners =
        stages.stream().map(stage -> stage.runners(new Team(1))).toList();
    LayerStages strategy =
        new LayerStages(model, runners, options, LayerStages.checked(microBatches));
    return ParallelRun.of(strategy, prompts, threads, cancellation);
  }

  /** Ends the workers' threads. */
  @Override
  public void close() {
    threads.close();
    stages.forEach(ShardedStage::close);
  }
}
