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

/**
 * Hybrid parallelism: a mesh of data × pipeline × tensor parallelism. Replicas of the model answer
 * different prompts and share one copy of the weights; each is cut by layer into stages, and each
 * stage by feature map into shards, a worker each. With {@link Shard.Form#GATHERED} the answers are
 * those of the serial run to the bit.
 *
 * <pre>{@code
 * try (HybridParallel mesh = new HybridParallel(engine.model(), new Mesh(2, 1, 2), 1)) {
 *   ParallelRun run = mesh.generate(prompts, GenerateOptions.of(Sampling.greedy()), 1);
 * }
 * }</pre>
 *
 * <p>One run at a time is meant; a second waits for the first. Who makes it closes it, before the
 * model.
 */
public final class HybridParallel implements ParallelEngine {
  private final LanguageModel model;
  private final Mesh mesh;
  private final EngineThreads threads;
  private final List<ShardedStage> stages = new ArrayList<>();

  /**
   * A mesh whose shards gather, so that the bits are those of the serial run.
   *
   * @throws IllegalArgumentException when the model has fewer layers than stages or fewer key-value
   *     heads or blocks of columns than shards
   */
  public HybridParallel(LanguageModel model, Mesh mesh, int intraOpThreads) {
    this(model, mesh, intraOpThreads, Shard.Form.GATHERED);
  }

  /** A mesh whose shards make their results whole in the form asked for. */
  public HybridParallel(LanguageModel model, Mesh mesh, int intraOpThreads, Shard.Form form) {
    this.model = model;
    this.mesh = mesh;
    try {
      for (LayerRange layers : LayerCosts.balanced(model, mesh.pipeline(), intraOpThreads)) {
        stages.add(new ShardedStage(model, layers, mesh.tensor(), form));
      }
    } catch (RuntimeException | Error e) {
      stages.forEach(ShardedStage::close);
      throw e;
    }
    this.threads = new EngineThreads("mesh", mesh.workers(), intraOpThreads);
  }

  /** The grid of its workers. */
  public Mesh mesh() {
    return mesh;
  }

  @Override
  public LanguageModel model() {
    return model;
  }

  @Override
  public EngineThreads threads() {
    return threads;
  }

  @Override
  public List<Long> weightBytes() {
    List<Long> bytes = new ArrayList<>();
    for (int worker = 0; worker < mesh.workers(); worker++) {
      Mesh.Place place = mesh.place(worker);
      bytes.add(stages.get(place.stage()).weightBytes().get(place.shard()));
    }
    return bytes;
  }

  /** Continues prompts, with as many micro-batches in each replica as it has stages. */
  @Override
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, Cancellation cancellation) {
    return generate(prompts, options, mesh.pipeline(), cancellation);
  }

  /**
   * Continues prompts, with the options' batch in each replica, cut into micro-batches.
   *
   * @throws IllegalArgumentException when {@code microBatches} is less than 1
   */
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, int microBatches, Cancellation cancellation) {
    MeshParts parts =
        new MeshParts(model, mesh, List.copyOf(stages), options, LayerStages.checked(microBatches));
    return ParallelRun.of(parts, prompts, threads, cancellation);
  }

  /** Ends the workers' threads and gives the shards' memory back. */
  @Override
  public void close() {
    threads.close();
    stages.forEach(ShardedStage::close);
  }
}
