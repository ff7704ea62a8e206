package llmthreads.parallel;

import java.util.List;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.Config;
import llmthreads.model.Decoder;
import llmthreads.model.LanguageModel;
import llmthreads.model.StepRunner;
import llmthreads.parallel.merge.Average;
import llmthreads.parallel.merge.Averaging;

/**
 * Several models that choose every token together: {@code M(x) = 1/n · Σ Mᵢ(x)}. Each worker
 * computes the steps of some members; the average of what the members say chooses the token, which
 * all of them read next.
 *
 * <pre>{@code
 * try (Ensemble both = new Ensemble(List.of(one, other), 2, 1, Averaging.PROBABILITIES)) {
 *   ParallelRun run = both.generate(prompts, GenerateOptions.of(Sampling.greedy()));
 * }
 * }</pre>
 *
 * <p>The average is taken in the order of the members, so the answers are the same bits with any
 * number of workers. Members may differ in weights, shape and precision, not in their vocabulary;
 * the first gives tokenizer and context.
 *
 * <p>One run at a time is meant; a second waits for the first. Who makes it closes it, before the
 * members.
 */
public final class Ensemble implements ParallelEngine {
  private final List<LanguageModel> members;
  private final List<Decoder> decoders;
  private final Average average;
  private final EngineThreads threads;

  /**
   * An ensemble; members that were only opened yet are loaded.
   *
   * @param members one model or more
   * @param workers among whom the members are dealt in turn
   * @param averaging what is averaged
   * @throws IllegalArgumentException when there are more workers than members, a number is less
   *     than 1, or a member does not know the first's tokens or has a shorter context
   */
  public Ensemble(
      List<LanguageModel> members, int workers, int intraOpThreads, Averaging averaging) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("An ensemble has at least 1 member, the list is empty");
    }
    if (workers > members.size()) {
      throw new IllegalArgumentException(
          "%d members keep %d workers busy at most, not %d"
              .formatted(members.size(), members.size(), workers));
    }
    Config first = members.getFirst().config();
    for (LanguageModel member : members) {
      Config config = member.config();
      if (config.vocabularySize() != first.vocabularySize() || config.context() < first.context()) {
        throw new IllegalArgumentException(
            "Member %d has %d tokens and a context of %d, the first has %d and %d: members share their vocabulary, and the first has the shortest context"
                .formatted(
                    members.indexOf(member),
                    config.vocabularySize(),
                    config.context(),
                    first.vocabularySize(),
                    first.context()));
      }
    }
    this.members = List.copyOf(members);
    this.decoders = members.stream().map(LanguageModel::decoder).toList();
    this.threads = new EngineThreads("ensemble", workers, intraOpThreads);
    this.average = new Average(averaging);
  }

  /** The first member, whose tokenizer and context hold for all. */
  @Override
  public LanguageModel model() {
    return members.getFirst();
  }

  @Override
  public EngineThreads threads() {
    return threads;
  }

  @Override
  public List<Long> weightBytes() {
    int workers = threads.workers();
    return IntStream.range(0, workers)
        .mapToObj(
            worker ->
                IntStream.iterate(worker, i -> i < members.size(), i -> i + workers)
                    .mapToLong(i -> members.get(i).weights().bytes())
                    .sum())
        .toList();
  }

  @Override
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, Cancellation cancellation) {
    TeamSteps strategy = new TeamSteps(model(), this::runners, options);
    return ParallelRun.of(strategy, prompts, threads, cancellation);
  }

  private StepRunner.Source runners(Team team) {
    return paging -> new EnsembleRunner(decoders, team, average, paging);
  }

  /** Ends the workers' threads. */
  @Override
  public void close() {
    threads.close();
    average.close();
  }
}
