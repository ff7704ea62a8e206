package llmthreads.measure;

import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many times faster N workers are than one, as a law with one or two parameters says. Each law
 * has a {@code fit} that finds its parameters from measured runs.
 */
public sealed interface ScalingLaw permits Amdahl, Gustafson, UniversalScalability {
  /** The law and its parameters, for a legend: {@code "Amdahl, P = 0.950"}. */
  String label();

  /**
   * The speed-up S that the law predicts.
   *
   * @param workers N, at least 1
   */
  double speedUp(double workers);

  /**
   * A law beside the measured runs that it was fitted to.
   *
   * @param law with the parameters that fit best
   * @param runs what was measured
   */
  record Fit<L extends ScalingLaw>(L law, SpeedUps runs) {
    /** A few roundings of numbers near 1. */
    private static final double ROUNDING = 8 * Math.ulp(1.0);

    /** What the law says to each run. */
    public double[] predicted() {
      return runs.workers().stream().mapToDouble(law::speedUp).toArray();
    }

    /**
     * What the law leaves unexplained of each run: measured over predicted speed-up, less 1. 0.05
     * is a run 5 % faster than the law says. A law that fits leaves noise around 0; a row of one
     * sign says that a cost is missing in it. What the rounding of doubles leaves is 0.
     */
    public double[] residuals() {
      double[] predicted = predicted();
      return IntStream.range(0, predicted.length)
          .mapToDouble(i -> runs.measured().get(i) / predicted[i] - 1)
          .map(residual -> Math.abs(residual) <= ROUNDING ? 0 : residual)
          .toArray();
    }

    /** Root of the mean square of {@link #residuals}. */
    public double rmsResidual() {
      double[] residuals = residuals();
      double squares = 0;
      for (double residual : residuals) {
        squares += residual * residual;
      }
      return Math.sqrt(squares / residuals.length);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s; measured speed-ups differ by %.1f %%",
          law.label(),
          100 * rmsResidual());
    }
  }
}
