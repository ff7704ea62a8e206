package llmthreads.parallel;

import java.util.ArrayList;
import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Llama;
import llmthreads.model.Weights;

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
public final class PipelineParallel implements AutoCloseable {
  private final LanguageModel model;
  private final EngineThreads threads;
  private final List<LayerRange> layers;
  private final List<Weights> weights = new ArrayList<>();
  private final List<Llama> stages = new ArrayList<>();

  /**
   * Stages that cost about the same, by a measurement of every layer on this machine.
   *
   * @throws IllegalArgumentException when there are more stages than layers, or a number is less
   *     than 1
   */
  public PipelineParallel(LanguageModel model, int stages, int intraOpThreads) {
    this(model, cut(model, stages, intraOpThreads), intraOpThreads);
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
      Weights some = model.weights().stage(range);
      weights.add(some);
      stages.add(new Llama(model.config(), some));
    }
  }

  /** The layers of each stage. */
  public List<LayerRange> layers() {
    return layers;
  }

  /** Memory of each stage's weights, in bytes: what a device of its own would have to hold. */
  public List<Long> weightBytes() {
    return weights.stream().map(Weights::bytes).toList();
  }

  /** The workers' threads, one for each stage. */
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

  /**
   * Continues prompts.
   *
   * @throws RuntimeException the failure of a worker, when one fails; the others end before their
   *     next step
   * @throws java.util.concurrent.CancellationException when it was cancelled, or the calling thread
   *     interrupted
   */
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, int microBatches, Cancellation cancellation) {
    if (microBatches < 1) {
      throw new IllegalArgumentException(
          "A pipeline takes at least 1 micro-batch, not " + microBatches);
    }
    return ParallelRun.of(
        new LayerStages(model, List.copyOf(stages), options, microBatches),
        prompts,
        threads,
        cancellation);
  }

  private static List<LayerRange> cut(LanguageModel model, int stages, int intraOpThreads) {
    LayerRange.balanced(new double[model.config().layers()], stages); // refuses before it measures
    return LayerRange.balanced(LayerCosts.measure(model, 1, intraOpThreads), stages);
  }

  /** Ends the workers' threads. */
  @Override
  public void close() {
    threads.close();
    stages.forEach(Llama::close);
    weights.forEach(Weights::close);
  }
}
