package llmthreads.measure;

import java.util.Locale;

/**
 * Gustafson's law: when N workers are given N times the parallel work, and the serial part stays as
 * it is, one worker would take S = (1 − P) + P·N times as long for all of it as the N workers do
 * (Gustafson, "Reevaluating Amdahl's law", Communications of the ACM 31(5), 1988). S is called the
 * scaled speed-up; it has no limit.
 *
 * @param parallelShare P, from 0 to 1: the share of the time, <em>on N workers</em>, in which they
 *     work side by side. Amdahl's P is a share of the time on one worker.
 */
public record Gustafson(double parallelShare) implements ScalingLaw {
  /** Checks that P is a share. */
  public Gustafson {
    if (!(parallelShare >= 0 && parallelShare <= 1)) {
      throw new IllegalArgumentException(
          "The parallel share P is a number from 0 to 1, not " + parallelShare);
    }
  }

  @Override
  public String label() {
    return String.format(Locale.ROOT, "Gustafson, P = %.3f", parallelShare);
  }

  @Override
  public double speedUp(double workers) {
    SpeedUps.requireWorkers(workers);
    return 1 - parallelShare + parallelShare * workers;
  }

  /**
   * Fits P to measured scaled speed-ups: the least squares of predicted over measured speed-up,
   * less 1, which is linear in P. With a = (N − 1)/S the minimum is at P = Σ a·(1 − 1/S) / Σ a²;
   * outside of 0 to 1 the nearer end fits best.
   *
   * @param workers N of each measurement, at least one of them more than 1
   * @param speedUps S of each measurement: time of one worker for the work of N, over that of N
   */
  public static Fit<Gustafson> fit(double[] workers, double[] speedUps) {
    SpeedUps runs = SpeedUps.of(workers, speedUps);
    if (runs.parallelCounts() == 0) {
      throw new IllegalArgumentException(
          "Gustafson's law cannot be fitted without a measurement of 2 or more workers");
    }
    double products = runs.sum((n, s) -> (n - 1) / s * (1 - 1 / s));
    double squares = runs.sum((n, s) -> Math.pow((n - 1) / s, 2));
    return new Fit<>(new Gustafson(Math.clamp(products / squares, 0, 1)), runs);
  }
}
