package llmthreads.plot;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import llmthreads.measure.Amdahl;
import llmthreads.measure.Comparison;
import llmthreads.measure.Interval;
import llmthreads.measure.Roofline;
import llmthreads.measure.ScalingLaw;
import llmthreads.measure.Timing;

/** Figures that lessons draw again and again, of what {@code measure} gives. */
public final class Figures {
  private static final int ROOF_STEPS = 300;

  private Figures() {}

  /**
   * Measured speed-ups with their 95 % intervals, the ideal, and Amdahl's law as it fits best. The
   * curves are left out where there is nothing but one worker.
   *
   * @param workers of each candidate, in the order of the comparison; the first is the base
   */
  public static XyFigure speedUp(String title, double[] workers, Comparison comparison) {
    List<Timing> timings = comparison.timings();
    if (workers.length != timings.size()) {
      throw new IllegalArgumentException(
          "%d numbers of workers cannot go with %d candidates"
              .formatted(workers.length, timings.size()));
    }
    double[] speedUps = new double[workers.length];
    for (int i = 0; i < workers.length; i++) {
      speedUps[i] = comparison.speedUp(timings.get(i).name());
    }
    List<Interval> intervals =
        timings.stream().map(timing -> comparison.speedUpInterval(timing.name())).toList();
    XyFigure figure =
        Figure.lines(title, "workers", "speed-up (×)")
            .series("measured", workers, speedUps, intervals);
    double most = Arrays.stream(workers).max().orElse(1);
    if (most <= 1) {
      return figure;
    }
    Amdahl law = Amdahl.fit(workers, speedUps).law();
    return figure.curve("ideal", n -> n, 1, most).curve(law.label(), law::speedUp, 1, most);
  }

  /**
   * What laws leave unexplained of the runs that they were fitted to, see {@link
   * ScalingLaw.Fit#residuals}. At least one run has more than one worker.
   */
  public static XyFigure residuals(String title, List<? extends ScalingLaw.Fit<?>> fits) {
    XyFigure figure = Figure.lines(title, "workers", "residual (%)");
    double most = 1;
    for (ScalingLaw.Fit<?> fit : fits) {
      double[] percent = Arrays.stream(fit.residuals()).map(residual -> 100 * residual).toArray();
      figure = figure.series(fit.law().label(), Series.doubles(fit.runs().workers()), percent);
      most = Math.max(most, Collections.max(fit.runs().workers()));
    }
    return figure.curve("as the law says", n -> 0, 1, most);
  }

  /**
   * The limits of a machine on logarithmic axes, to which measured points are added: operations per
   * second against operations per byte.
   *
   * @param from least intensity, above 0
   * @param to greatest intensity
   */
  public static XyFigure roofline(String title, List<Roofline> roofs, double from, double to) {
    double[] intensities =
        IntStream.rangeClosed(0, ROOF_STEPS)
            .mapToDouble(i -> from * Math.pow(to / from, (double) i / ROOF_STEPS))
            .toArray();
    XyFigure figure =
        Figure.scatter(title, "intensity (FLOP/byte)", "speed (GFLOP/s)").logX().logY();
    for (Roofline roof : roofs) {
      double[] speeds = Arrays.stream(intensities).map(i -> roof.attainable(i) / 1e9).toArray();
      figure = figure.curve(roof.label(), intensities, speeds);
    }
    return figure;
  }

  /** Every sample of every candidate, with a box of its quartiles. */
  public static SampleFigure timings(String title, Comparison comparison) {
    SampleFigure figure = Figure.samples(title, "candidate", "time (ms)");
    for (Timing timing : comparison.timings()) {
      figure = figure.group(timing.name(), timing.samplesMs());
    }
    return figure;
  }

  /**
   * How the loss fell during training.
   *
   * @param steps of each loss, in the order of time
   * @param losses cross-entropy, in nats per token
   */
  public static XyFigure loss(String title, double[] steps, double[] losses) {
    return Figure.lines(title, "step", "loss (nats/token)").series("training", steps, losses);
  }
}
