package llmthreads.parallel;

import java.util.Collections;
import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;

/**
 * Data parallelism: several workers, each with a thread and a KV cache of its own, share one copy
 * of a model's weights and answer the prompts of one list together. The answers are those of the
 * serial run to the bit.
 *
 * <pre>{@code
 * try (DataParallel workers = new DataParallel(engine.model(), 2, 1)) {
 *   ParallelRun run = workers.generate(prompts, GenerateOptions.of(Sampling.greedy()));
 * }
 * }</pre>
 *
 * <p>One run at a time is meant; a second waits for the first worker by worker. Who makes it closes
 * it, before the model.
 */
public final class DataParallel implements ParallelEngine {
  private final LanguageModel model;
  private final EngineThreads threads;
  private final Schedule schedule;

  /**
   * Workers that each get an equal share of the prompts.
   *
   * @throws IllegalArgumentException when a number is less than 1
   */
  public DataParallel(LanguageModel model, int workers, int intraOpThreads) {
    this(model, workers, intraOpThreads, Schedule.SHARDS);
  }

  /** Workers that get their prompts as the schedule says. */
  public DataParallel(LanguageModel model, int workers, int intraOpThreads, Schedule schedule) {
    this.model = model;
    this.schedule = schedule;
    this.threads = new EngineThreads("worker", workers, intraOpThreads);
  }

  @Override
  public LanguageModel model() {
    return model;
  }

  @Override
  public EngineThreads threads() {
    return threads;
  }

  /** The whole model's, which all workers share on one device. */
  @Override
  public List<Long> weightBytes() {
    return Collections.nCopies(threads.workers(), model.weights().bytes());
  }

  @Override
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, Cancellation cancellation) {
    return ParallelRun.of(
        new PromptParts(model, options, schedule), prompts, threads, cancellation);
  }

  /** Ends the workers' threads. */
  @Override
  public void close() {
    threads.close();
  }
}
