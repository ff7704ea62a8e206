package llmthreads.parallel;

import java.util.List;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;

/**
 * Workers that answer prompts together: what every strategy offers, so that they can be compared
 * and take each other's place.
 *
 * <p>Any thread may ask, a virtual one too; one run at a time is meant, and a second waits for the
 * first. Who makes an engine closes it, before the model.
 */
public interface ParallelEngine extends AutoCloseable {
  /** The model whose prompts it answers. */
  LanguageModel model();

  /** The workers' threads. */
  EngineThreads threads();

  /** Memory of the weights that each worker needs, in bytes, whether it shares them or not. */
  List<Long> weightBytes();

  /**
   * Continues prompts.
   *
   * @throws RuntimeException the failure of a worker, when one fails; the others end before their
   *     next step
   * @throws java.util.concurrent.CancellationException when it was cancelled, or the calling thread
   *     interrupted
   * @throws llmthreads.device.DeadlineException when it overran the cancellation's deadline
   */
  ParallelRun generate(List<Prompt> prompts, GenerateOptions options, Cancellation cancellation);

  /**
   * Continues texts.
   *
   * @throws IllegalArgumentException when there are none, or one is empty or longer than the
   *     context
   */
  default ParallelRun generate(List<String> prompts, GenerateOptions options) {
    return generate(Prompt.encode(model(), prompts), options, new Cancellation());
  }

  /** What a run of this engine cost each of its workers. */
  default List<WorkerCost> costs(ParallelRun run) {
    List<String> names = threads().names();
    List<Long> bytes = weightBytes();
    return IntStream.range(0, names.size())
        .mapToObj(worker -> WorkerCost.of(run.trace(), names.get(worker), bytes.get(worker)))
        .toList();
  }

  /** Ends the workers' threads. */
  @Override
  void close();
}
