package llmthreads.parallel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llmthreads.device.Cancellation;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;

/**
 * Data parallelism that finds out, while it works, how many workers, threads and sequences at once
 * are fastest on this machine for this work. Each trial answers the next few prompts with another
 * setting; when {@link SettingSearch} has settled, the rest is answered with the best. No answer is
 * thrown away or computed twice, and all are those of the serial run to the bit.
 *
 * <p>What it has learned stays: a later call goes on with the search, or with what it settled on.
 * One run at a time. Who makes it closes it, before the model.
 */
public final class AdaptiveParallel implements AutoCloseable {
  /** A turn with fewer prompts for each place would measure how a run begins and ends. */
  private static final int LEAST_PROMPTS_PER_PLACE = 2;

  private final LanguageModel model;
  private final Duration budget;
  private final SettingSearch search;
  private final Map<Workers, DataParallel> pools = new HashMap<>();

  private record Workers(int count, int intraOpThreads) {
    static Workers of(Setting setting) {
      return new Workers(setting.workers(), setting.intraOpThreads());
    }
  }

  /**
   * Nothing is measured yet.
   *
   * @param settings to choose from, such as {@link Setting#grid}
   * @param budget how long the search should take. It takes longer where a turn is too short for
   *     twice the prompts that its setting computes at once: then the turn has up to four times its
   *     time.
   */
  public AdaptiveParallel(LanguageModel model, List<Setting> settings, Duration budget) {
    this.model = model;
    this.budget = budget;
    this.search = new SettingSearch(settings);
  }

  /**
   * Some prompts answered with one setting.
   *
   * @param setting that was tried
   * @param round of the search, from 1; 0 for workers' first run, which warms them up and does not
   *     count, and for the run with what the search settled on
   * @param prompts how many were answered
   * @param tokens of the answers
   * @param startNs when it began, counted from the beginning of the call
   * @param wallNs how long it took
   */
  public record Trial(
      Setting setting, int round, int prompts, long tokens, long startNs, long wallNs) {
    /** Tokens of answers in a second. */
    public double tokensPerSecond() {
      return tokens * 1e9 / wallNs;
    }
  }

  /**
   * What a call gave.
   *
   * @param completions answers in the order of the prompts
   * @param trials in the order of time; the last is with the best setting, when there is one
   * @param settled the best setting; empty when the prompts were at an end before
   * @param searchNs from the call until the search had settled; the whole call when it had not, 0
   *     when it had before
   * @param wallNs the whole call
   */
  public record Run(
      List<Completion> completions,
      List<Trial> trials,
      Optional<Setting> settled,
      long searchNs,
      long wallNs) {}

  /** What the search settled on; empty before. */
  public Optional<Setting> settled() {
    return search.isSettled() ? Optional.of(search.next()) : Optional.empty();
  }

  /**
   * Continues texts; the options' batch is not asked.
   *
   * @throws IllegalArgumentException when there are none, or one is empty or longer than the
   *     context
   */
  public Run generate(List<String> texts, GenerateOptions options) {
    return generate(Prompt.encode(model, texts), options, new Cancellation());
  }

  /**
   * Continues prompts; the options' batch is not asked.
   *
   * @throws RuntimeException the failure of a worker, when one fails
   * @throws java.util.concurrent.CancellationException when it was cancelled, or the calling thread
   *     interrupted
   */
  public Run generate(List<Prompt> asked, GenerateOptions options, Cancellation cancellation) {
    long began = System.nanoTime();
    long searchNs = 0;
    List<Completion> answers = new ArrayList<>();
    List<Trial> trials = new ArrayList<>();
    while (answers.size() < asked.size()) {
      Setting setting = search.next();
      boolean searching = !search.isSettled();
      boolean warm = pools.containsKey(Workers.of(setting));
      List<Prompt> rest = asked.subList(answers.size(), asked.size());
      DataParallel pool = pool(setting);
      long start = System.nanoTime();
      ParallelRun run =
          pool.generate(
              rest,
              options.withBatch(setting.batch()),
              searching ? some -> turn(some, setting) : pool.balance()::source,
              cancellation);
      answers.addAll(run.completions());
      int answered = run.completions().size();
      boolean counts = searching && warm && answered < rest.size();
      int round = counts ? search.round() : 0;
      trials.add(new Trial(setting, round, answered, run.tokens(), start - began, run.wallNs()));
      if (counts) {
        search.took(run.tokens(), run.wallNs());
        closeDropped();
      }
      if (searching) {
        searchNs = System.nanoTime() - began;
      }
    }
    return new Run(answers, trials, settled(), searchNs, System.nanoTime() - began);
  }

  /** The prompts of a turn: as many as are begun in the time that it has. */
  private WorkSource<Prompt> turn(List<Prompt> rest, Setting setting) {
    long turnNs = (long) (budget.toNanos() * search.turnShare());
    return new TimedQueue<>(
        rest,
        setting.workers(),
        LEAST_PROMPTS_PER_PLACE * setting.sequences(),
        turnNs,
        System::nanoTime);
  }

  private DataParallel pool(Setting setting) {
    return pools.computeIfAbsent(
        Workers.of(setting),
        workers -> new DataParallel(model, workers.count, workers.intraOpThreads, Schedule.QUEUE));
  }

  /** Ends the threads that no setting needs any more. */
  private void closeDropped() {
    List<Workers> needed = search.left().stream().map(Workers::of).toList();
    Iterator<Map.Entry<Workers, DataParallel>> each = pools.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Workers, DataParallel> pool = each.next();
      if (!needed.contains(pool.getKey())) {
        pool.getValue().close();
        each.remove();
      }
    }
  }

  /** Ends the workers' threads. */
  @Override
  public void close() {
    pools.values().forEach(DataParallel::close);
    pools.clear();
  }
}
