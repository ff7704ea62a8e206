package llmthreads.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How much of what the machine allows a parallel run reaches: its speed-up over one worker, divided
 * by that of as many independent processes over one. Everything is measured in turn, round by
 * round, so that a machine that others use meanwhile slows down both alike.
 *
 * @param run the times of one worker and of all workers, for the same work
 * @param limit what the processes did in the same rounds
 */
public record ScalingShare(Comparison run, MachineLimit.Result limit) {
  /**
   * Measures, after one round that does not count.
   *
   * @param limit with as many processes as there are workers
   * @param one does the work on one worker with one thread
   * @param all does the same work on all workers, one thread each
   * @param each how long the processes multiply for one measurement; best about as long as the work
   *     takes
   * @param rounds that count
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static ScalingShare measure(
      MachineLimit limit,
      Benchmark.Work one,
      Benchmark.Work all,
      Duration each,
      int rounds,
      Progress progress) {
    int workers = limit.processes();
    if (workers < 2) {
      throw new IllegalArgumentException(
          "Scaling is a matter of 2 workers or more, and of as many processes, not " + workers);
    }
    List<Double> oneRates = new ArrayList<>();
    List<Double> allRates = new ArrayList<>();
    List<Timing> timings =
        new Benchmark()
            .warmUps(1)
            .repetitions(rounds)
            .progress(progress)
            .candidate("1 worker", one)
            .candidate("1 process", () -> oneRates.add(limit.rate(1, each)))
            .candidate(workers + " workers", all)
            .candidate(workers + " processes", () -> allRates.add(limit.rate(workers, each)))
            .run()
            .timings();
    return new ScalingShare(
        new Comparison(List.of(timings.get(0), timings.get(2))),
        new MachineLimit.Result(
            workers, oneRates.subList(1, rounds + 1), allRates.subList(1, rounds + 1)));
  }

  /** How many times faster all workers are than one. */
  public double speedUp() {
    return run.speedUp(run.timings().getLast().name());
  }

  /** The share of what the machine allows, 1 for all of it: the median over the rounds. */
  public double share() {
    return Quantiles.median(shares());
  }

  /** Where the share lies with 95 % confidence. */
  public Interval shareInterval() {
    return Quantiles.medianInterval(shares());
  }

  private double[] shares() {
    double[] one = run.timings().getFirst().samplesMs();
    double[] all = run.timings().getLast().samplesMs();
    return IntStream.range(0, one.length)
        .mapToDouble(i -> one[i] / all[i] * limit.one().get(i) / limit.all().get(i))
        .toArray();
  }

  @Override
  public String toString() {
    Interval interval = shareInterval();
    return String.format(
        Locale.ROOT,
        "%d workers are × %.3f as fast as 1, the machine allows × %.3f: a share of %.3f (%.3f …"
            + " %.3f)",
        limit.processes(),
        speedUp(),
        limit.scaling(),
        share(),
        interval.low(),
        interval.high());
  }
}
