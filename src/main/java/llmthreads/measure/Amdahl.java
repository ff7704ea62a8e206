package llmthreads.measure;

import java.util.Locale;

/**
 * Amdahl's law: a job of which a share P can be spread over N workers, and the rest not, becomes S
 * = 1 / ((1 − P) + P/N) times faster (Amdahl, "Validity of the single processor approach to
 * achieving large scale computing capabilities", AFIPS 1967).
 *
 * @param parallelShare P, from 0 to 1
 */
public record Amdahl(double parallelShare) implements ScalingLaw {
  /** Checks that P is a share. */
  public Amdahl {
    if (!(parallelShare >= 0 && parallelShare <= 1)) {
      throw new IllegalArgumentException(
          "The parallel share P is a number from 0 to 1, not " + parallelShare);
    }
  }

  @Override
  public String label() {
    return String.format(Locale.ROOT, "Amdahl, P = %.3f", parallelShare);
  }

  @Override
  public double speedUp(double workers) {
    SpeedUps.requireWorkers(workers);
    return 1 / (1 - parallelShare + parallelShare / workers);
  }

  /** The speed-up that no number of workers exceeds, 1 / (1 − P); infinite when P is 1. */
  public double limit() {
    return 1 / (1 - parallelShare);
  }

  /**
   * The serial share that one measurement shows, e = (1/S − 1/N) / (1 − 1/N) (Karp and Flatt,
   * "Measuring parallel processor performance", 1990, equation 2). Where it grows with N, the law
   * leaves out a cost that grows with N.
   *
   * @param workers N, more than 1
   * @param speedUp S
   */
  public static double serialShare(double workers, double speedUp) {
    SpeedUps.requireWorkers(workers);
    if (workers == 1) {
      throw new IllegalArgumentException("One worker shows no serial share; two or more do");
    }
    return (1 / speedUp - 1 / workers) / (1 - 1 / workers);
  }

  /**
   * Fits P to measured speed-ups by least squares of the residuals.
   *
   * <p>The law is linear in P for the relative run time 1 − P·x, x = 1 − 1/N, so a residual is S·(1
   * − P·x) − 1, and the sum of their squares has its minimum at P = Σ S·x·(S − 1) / Σ (S·x)² and
   * grows to both sides of it. Where workers help each other (more cache) that lies above 1, where
   * they hinder each other below 0: then the nearest share of the law, 1 or 0, fits best, and the
   * residuals say how badly.
   *
   * @param workers N of each measurement, at least one of them more than 1
   * @param speedUps S of each measurement
   */
  public static Fit<Amdahl> fit(double[] workers, double[] speedUps) {
    SpeedUps runs = SpeedUps.of(workers, speedUps);
    if (runs.parallelCounts() == 0) {
      throw new IllegalArgumentException(
          "Amdahl's law cannot be fitted without a measurement of 2 or more workers");
    }
    double products = runs.sum((n, s) -> s * (1 - 1 / n) * (s - 1));
    double squares = runs.sum((n, s) -> Math.pow(s * (1 - 1 / n), 2));
    return new Fit<>(new Amdahl(Math.clamp(products / squares, 0, 1)), runs);
  }
}
