package llmthreads.measure;

import java.util.Locale;

/**
 * Amdahl's law: a job of which a share P can be spread over N workers, and the rest not, becomes S
 * = 1 / ((1 − P) + P/N) times faster (Amdahl, "Validity of the single processor approach to
 * achieving large scale computing capabilities", AFIPS 1967).
 *
 * @param parallelShare P, from 0 to 1
 */
public record Amdahl(double parallelShare) {
  /** Checks that P is a share. */
  public Amdahl {
    if (!(parallelShare >= 0 && parallelShare <= 1)) {
      throw new IllegalArgumentException(
          "The parallel share P is a number from 0 to 1, not " + parallelShare);
    }
  }

  /**
   * The speed-up that the law predicts.
   *
   * @param workers N, at least 1
   */
  public double speedUp(double workers) {
    requireWorkers(workers);
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
    requireWorkers(workers);
    if (workers == 1) {
      throw new IllegalArgumentException("One worker shows no serial share; two or more do");
    }
    return (1 / speedUp - 1 / workers) / (1 - 1 / workers);
  }

  /**
   * Fits P to measured speed-ups by least squares.
   *
   * <p>The law is linear in P for the relative run time 1/S = 1 − P·(1 − 1/N), so the sum of
   * squared differences of 1/S has its minimum at P = Σ x·(1 − 1/S) / Σ x², x = 1 − 1/N, and grows
   * to both sides of it. Where workers help each other (more cache) that lies above 1, where they
   * hinder each other below 0: then the nearest share of the law, 1 or 0, fits best, and the error
   * says how badly.
   *
   * @param workers N of each measurement, at least one of them more than 1
   * @param speedUps S of each measurement
   */
  public static Fit fit(double[] workers, double[] speedUps) {
    if (workers.length != speedUps.length) {
      throw new IllegalArgumentException(
          "%d numbers of workers cannot go with %d speed-ups"
              .formatted(workers.length, speedUps.length));
    }
    double products = 0;
    double squares = 0;
    for (int i = 0; i < workers.length; i++) {
      requireWorkers(workers[i]);
      if (!(speedUps[i] > 0 && Double.isFinite(speedUps[i]))) {
        throw new IllegalArgumentException(
            "A speed-up is a number above 0, not %s (with %s workers)"
                .formatted(speedUps[i], workers[i]));
      }
      double x = 1 - 1 / workers[i];
      products += x * (1 - 1 / speedUps[i]);
      squares += x * x;
    }
    if (squares == 0) {
      throw new IllegalArgumentException(
          "Amdahl's law cannot be fitted without a measurement of 2 or more workers");
    }
    Amdahl law = new Amdahl(Math.clamp(products / squares, 0, 1));
    double error = 0;
    for (int i = 0; i < workers.length; i++) {
      error += Math.pow(1 / law.speedUp(workers[i]) - 1 / speedUps[i], 2);
    }
    return new Fit(law, Math.sqrt(error / workers.length));
  }

  /**
   * A fitted law.
   *
   * @param law with the best P
   * @param rmsError root of the mean squared difference of relative run times 1/S
   */
  public record Fit(Amdahl law, double rmsError) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "P = %.3f, so at most × %.3g with any number of workers; relative times differ by %.1f"
              + " %%",
          law.parallelShare,
          law.limit(),
          100 * rmsError);
    }
  }

  private static void requireWorkers(double workers) {
    if (!(workers >= 1)) {
      throw new IllegalArgumentException("Amdahl's law counts 1 or more workers, not " + workers);
    }
  }
}
