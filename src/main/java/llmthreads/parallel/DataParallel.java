package llmthreads.parallel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThread;
import llmthreads.device.EngineThreads;
import llmthreads.generate.CompletionListener;
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
  private final Balance<Prompt> balance;

  /**
   * Workers that each get an equal share of the prompts.
   *
   * @throws IllegalArgumentException when a number is less than 1
   */
  public DataParallel(LanguageModel model, int workers, int intraOpThreads) {
    this(model, workers, intraOpThreads, Schedule.SHARDS);
  }

  /**
   * Workers that get their prompts as the schedule says, by the prompts' lengths where it asks for
   * costs.
   */
  public DataParallel(LanguageModel model, int workers, int intraOpThreads, Schedule schedule) {
    this(model, new EngineThreads("worker", workers, intraOpThreads), byLength(schedule, workers));
  }

  /**
   * Workers that may be unequal.
   *
   * @param intraOpThreads of each worker
   * @param balance who gets which prompt
   * @throws IllegalArgumentException when it is meant for another number of workers
   */
  public DataParallel(LanguageModel model, List<Integer> intraOpThreads, Balance<Prompt> balance) {
    require(balance, intraOpThreads.size());
    this(model, new EngineThreads("worker", intraOpThreads), balance);
  }

  private DataParallel(LanguageModel model, EngineThreads threads, Balance<Prompt> balance) {
    this.model = model;
    this.threads = threads;
    this.balance = balance;
  }

  private static Balance<Prompt> byLength(Schedule schedule, int workers) {
    return Balance.<Prompt>of(schedule, workers).withCost(prompt -> prompt.tokens().length);
  }

  private static void require(Balance<Prompt> balance, int workers) {
    if (balance.workers() != workers) {
      throw new IllegalArgumentException(
          "These are %d workers, and prompts were to be spread over %d"
              .formatted(workers, balance.workers()));
    }
  }

  @Override
  public LanguageModel model() {
    return model;
  }

  @Override
  public EngineThreads threads() {
    return threads;
  }

  /** The whole model's for each worker: one copy, which all of them share. */
  @Override
  public List<Long> weightBytes() {
    return Collections.nCopies(threads.workers(), model.weights().bytes());
  }

  /** Who gets which prompt, unless a call says otherwise. */
  public Balance<Prompt> balance() {
    return balance;
  }

  @Override
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, Cancellation cancellation) {
    return generate(prompts, options, balance, cancellation);
  }

  /** Continues prompts, spread in another way this once. */
  public ParallelRun generate(
      List<Prompt> prompts,
      GenerateOptions options,
      Balance<Prompt> otherwise,
      Cancellation cancellation) {
    require(otherwise, threads.workers());
    return generate(prompts, options, otherwise::source, cancellation);
  }

  /** Continues those prompts that the workers take from what is laid out for them. */
  ParallelRun generate(
      List<Prompt> prompts,
      GenerateOptions options,
      Function<List<Prompt>, WorkSource<Prompt>> layOut,
      Cancellation cancellation) {
    return ParallelRun.of(new PromptParts(model, options, layOut), prompts, threads, cancellation);
  }

  /**
   * How fast each worker is while all are at work, in tokens of answers a second: what {@link
   * Schedule#WEIGHTED} wants to know.
   *
   * @param sample enough prompts to keep all workers busy for a while
   */
  public List<Double> speeds(
      List<Prompt> sample, GenerateOptions options, Cancellation cancellation) {
    AtomicLongArray tokens = new AtomicLongArray(threads.workers());
    CompletionListener count =
        answer ->
            tokens.addAndGet(EngineThread.current().orElseThrow().worker(), answer.tokens().length);
    ParallelRun run =
        generate(
            sample,
            options.withCompletions(count),
            byLength(Schedule.QUEUE, threads.workers()),
            cancellation);
    List<Double> speeds = new ArrayList<>();
    for (String lane : threads.names()) {
      long wait = run.trace().totalsByLaneNs().get(lane).get(Cycle.WAIT);
      speeds.add(tokens.get(speeds.size()) * 1e9 / (run.wallNs() - wait));
    }
    return speeds;
  }

  /** Ends the workers' threads. */
  @Override
  public void close() {
    threads.close();
  }
}
