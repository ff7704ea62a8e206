package llmthreads.plot;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import llmthreads.measure.Comparison;
import llmthreads.measure.Environment;
import llmthreads.measure.Interval;
import llmthreads.measure.RunRecord;
import llmthreads.measure.ScalingLaw;
import llmthreads.measure.Timing;
import llmthreads.parallel.WorkerCost;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What was measured as Tablesaw tables, numbers unrounded. */
public final class Tables {
  private static final double NS_PER_MS = 1e6;

  private Tables() {}

  /**
   * A row for each timing: how many samples, median with its interval, and range, in ms. The
   * heading of the interval says how sure it is: 95 % or a little more from six samples on, less of
   * fewer.
   */
  public static Table of(List<Timing> timings) {
    StringColumn names = StringColumn.create("what");
    IntColumn samples = IntColumn.create("samples");
    DoubleColumn medians = DoubleColumn.create("median (ms)");
    DoubleColumn lows = DoubleColumn.create(surely(timings) + " from (ms)");
    DoubleColumn highs = DoubleColumn.create("to (ms)");
    DoubleColumn least = DoubleColumn.create("least (ms)");
    DoubleColumn most = DoubleColumn.create("most (ms)");
    for (Timing timing : timings) {
      Interval interval = timing.medianIntervalMs();
      names.append(timing.name());
      samples.append(timing.samplesNs().size());
      medians.append(timing.medianMs());
      lows.append(interval.low());
      highs.append(interval.high());
      least.append(timing.quantileMs(0));
      most.append(timing.quantileMs(1));
    }
    return Table.create("Timings", names, samples, medians, lows, highs, least, most);
  }

  /** How sure the least sure of the medians is, as a percentage that is not too high. */
  private static String surely(List<Timing> timings) {
    double least =
        timings.stream()
            .mapToDouble(each -> each.medianIntervalMs().confidence())
            .min()
            .orElse(0.95);
    return "%d %%".formatted((int) Math.floor(100 * least + 1e-9));
  }

  /**
   * The same, and how many times faster than the first, with the interval of that: a bootstrap's,
   * whose 95 % are an approximation that few samples make too sure.
   */
  public static Table of(Comparison comparison) {
    DoubleColumn speedUps = DoubleColumn.create("speed-up (×)");
    DoubleColumn lows = DoubleColumn.create("95 % from (×)");
    DoubleColumn highs = DoubleColumn.create("to (×)");
    for (Timing timing : comparison.timings()) {
      Interval interval = comparison.speedUpInterval(timing.name());
      speedUps.append(comparison.speedUp(timing.name()));
      lows.append(interval.low());
      highs.append(interval.high());
    }
    return of(comparison.timings()).addColumns(speedUps, lows, highs);
  }

  /**
   * A row for each measured speed-up: beside it what laws say that were fitted to these runs, and
   * what each leaves unexplained, see {@link ScalingLaw.Fit#residuals}.
   *
   * @throws IllegalArgumentException when the laws were fitted to different runs, or there is none
   */
  public static Table residuals(List<? extends ScalingLaw.Fit<?>> fits) {
    if (fits.stream().map(ScalingLaw.Fit::runs).distinct().count() != 1) {
      throw new IllegalArgumentException(
          "Laws stand in one table when they were fitted to the same runs; these were not");
    }
    Table table =
        Table.create(
            "Measured and predicted",
            DoubleColumn.create("workers", fits.getFirst().runs().workers()),
            DoubleColumn.create("measured (×)", fits.getFirst().runs().measured()));
    for (ScalingLaw.Fit<?> fit : fits) {
      DoubleColumn unexplained = DoubleColumn.create(fit.law().label() + ": residual (%)");
      Arrays.stream(fit.residuals()).forEach(residual -> unexplained.append(100 * residual));
      table.addColumns(
          DoubleColumn.create(fit.law().label() + " (×)", fit.predicted()), unexplained);
    }
    return table;
  }

  /** Every raw sample: what was timed, the repetition from 1, and milliseconds. */
  public static Table samples(List<Timing> timings) {
    StringColumn names = StringColumn.create("what");
    IntColumn repetitions = IntColumn.create("repetition");
    DoubleColumn times = DoubleColumn.create("time (ms)");
    for (Timing timing : timings) {
      for (int i = 0; i < timing.samplesNs().size(); i++) {
        names.append(timing.name());
        repetitions.append(i + 1);
        times.append(timing.samplesNs().get(i) / NS_PER_MS);
      }
    }
    return Table.create("Samples", names, repetitions, times);
  }

  /** A row for each line of an environment. */
  public static Table of(Environment environment) {
    return words("Environment", environment.rows());
  }

  /** A record's parameters, results and warnings, a row for each. */
  public static Table of(RunRecord record) {
    StringColumn what = StringColumn.create("what");
    StringColumn values = StringColumn.create("value");
    Table table = Table.create("Run " + record.name(), what, values);
    record.parameters().forEach((name, value) -> append(what, values, name, value));
    record.results().forEach((name, value) -> append(what, values, name, Figure.number(value)));
    record.warnings().forEach(warning -> append(what, values, "warning", warning));
    return table;
  }

  /** Two records side by side: numbers with their ratio, and in what their environments differ. */
  public static Table compare(RunRecord first, RunRecord second) {
    StringColumn what = StringColumn.create("what");
    StringColumn ones = StringColumn.create(first.name() + " (1)");
    StringColumn twos = StringColumn.create(second.name() + " (2)");
    DoubleColumn ratios = DoubleColumn.create("(2) / (1)");
    for (RunRecord.Difference row : first.against(second)) {
      what.append(row.what());
      ones.append(row.first());
      twos.append(row.second());
      ratios.append(row.ratio());
    }
    return Table.create("Two runs", what, ones, twos, ratios);
  }

  /**
   * A row for each name of spans: how many there are, their time over all lanes, their share of the
   * lanes' time, and bytes moved. Spans inside other spans count for both.
   */
  public static Table totals(Trace trace) {
    StringColumn names = StringColumn.create("span");
    LongColumn counts = LongColumn.create("count");
    DoubleColumn times = DoubleColumn.create("total (ms)");
    DoubleColumn shares = DoubleColumn.create("share (%)");
    LongColumn moved = LongColumn.create("bytes");
    Map<String, Long> count =
        trace.spans().stream().collect(Collectors.groupingBy(Span::name, Collectors.counting()));
    Map<String, Long> bytes = trace.bytes();
    double whole = Math.max(1, trace.durationNs() * (double) trace.lanes().size());
    trace
        .totalsNs()
        .forEach(
            (name, ns) -> {
              names.append(name);
              counts.append(count.get(name));
              times.append(ns / NS_PER_MS);
              shares.append(100 * ns / whole);
              moved.append(bytes.get(name));
            });
    return Table.create("Time by span", names, counts, times, shares, moved);
  }

  /**
   * A row for each lane: how busy it was, and how long it was idle.
   *
   * @param idle names of spans in which a lane only waits
   */
  public static Table lanes(Trace trace, String... idle) {
    StringColumn names = StringColumn.create("lane");
    DoubleColumn shares = DoubleColumn.create("busy (%)");
    DoubleColumn waits = DoubleColumn.create("idle (ms)");
    Map<String, Double> busy = trace.busy(idle);
    for (String lane : trace.lanes()) {
      names.append(lane);
      shares.append(100 * busy.get(lane));
      waits.append(trace.gaps(lane, idle).stream().mapToLong(Span::durationNs).sum() / NS_PER_MS);
    }
    return Table.create("Lanes", names, shares, waits);
  }

  /** A row for each worker of a run: what it did with its time, what it moved, what it holds. */
  public static Table costs(List<WorkerCost> costs) {
    return Table.create(
        "Cost by worker",
        StringColumn.create("worker", costs.stream().map(WorkerCost::worker)),
        numbers("compute (ms)", costs, cost -> cost.computeNs() / NS_PER_MS),
        numbers("synchronise (ms)", costs, cost -> cost.synchroniseNs() / NS_PER_MS),
        numbers("wait (ms)", costs, cost -> cost.waitNs() / NS_PER_MS),
        numbers("moved (KiB)", costs, cost -> cost.movedBytes() / 1024.0),
        numbers("weights (MiB)", costs, cost -> cost.weightBytes() / 1048576.0));
  }

  private static DoubleColumn numbers(
      String title, List<WorkerCost> costs, ToDoubleFunction<WorkerCost> number) {
    return DoubleColumn.create(title, costs.stream().mapToDouble(number).toArray());
  }

  private static Table words(String title, Map<String, String> rows) {
    StringColumn what = StringColumn.create("what");
    StringColumn values = StringColumn.create("value");
    rows.forEach((name, value) -> append(what, values, name, value));
    return Table.create(title, what, values);
  }

  private static void append(StringColumn what, StringColumn values, String name, String value) {
    what.append(name);
    values.append(value);
  }
}
