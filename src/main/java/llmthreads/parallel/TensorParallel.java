package llmthreads.parallel;

import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Shard;

/**
 * Tensor parallelism: every layer is cut by feature map, a shard for each worker, and all workers
 * compute every step of the whole batch together. Each loads its own shard of the weights only, so
 * a model opened with {@link LanguageModel#open} is never in memory as a whole.
 *
 * <pre>{@code
 * try (TensorParallel shards = new TensorParallel(engine.model(), 2, 1)) {
 *   ParallelRun run = shards.generate(prompts, GenerateOptions.of(Sampling.greedy()));
 * }
 * }</pre>
 *
 * <p>With {@link Shard.Form#GATHERED} the answers are those of the serial run to the bit; with
 * {@link Shard.Form#REDUCED} sums are taken in another order, and logits differ in the last digits
 * (within 1e-4 in single precision). oneDNN may cut long sums by the width of a matrix: on
 * processors with AVX-512, f32 sums of 3072 numbers were seen to differ between a matrix of 768
 * columns and parts of it; on AVX2 no such width was found.
 *
 * <p>One run at a time is meant; a second waits for the first. Who makes it closes it, before the
 * model.
 */
public final class TensorParallel implements ParallelEngine {
  private final LanguageModel model;
  private final EngineThreads threads;
  private final ShardedStage shards;

  /**
   * Workers that gather, so that the bits are those of the serial run.
   *
   * @throws IllegalArgumentException when there are more workers than key-value heads or blocks of
   *     columns, or a number is less than 1
   */
  public TensorParallel(LanguageModel model, int workers, int intraOpThreads) {
    this(model, workers, intraOpThreads, Shard.Form.GATHERED);
  }

  /** Workers that make their results whole in the form asked for. */
  public TensorParallel(LanguageModel model, int workers, int intraOpThreads, Shard.Form form) {
    this.model = model;
    this.shards = new ShardedStage(model, LayerRange.all(model.config()), workers, form);
    this.threads = new EngineThreads("shard", workers, intraOpThreads);
  }

  @Override
  public LanguageModel model() {
    return model;
  }

  @Override
  public List<Long> weightBytes() {
    return shards.weightBytes();
  }

  @Override
  public EngineThreads threads() {
    return threads;
  }

  @Override
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, Cancellation cancellation) {
    return ParallelRun.of(
        new TeamSteps(model, shards::runners, options), prompts, threads, cancellation);
  }

  /** Ends the workers' threads and gives the shards' memory back. */
  @Override
  public void close() {
    threads.close();
    shards.close();
  }
}
