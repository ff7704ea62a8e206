package llmthreads.measure;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The universal scalability law: S = N / (1 + σ·(N − 1) + κ·N·(N − 1)) (Gunther, "A general theory
 * of computational scalability based on rational functions", arXiv 0808.1431, 2008). Without κ it
 * is Amdahl's law with P = 1 − σ. With κ the speed-up has a peak, and more workers make the job
 * slower.
 *
 * @param contention σ, not negative: the share of the time of one worker that workers pass one
 *     after the other
 * @param coherency κ, not negative: what a worker spends on each other worker to agree with it, as
 *     a share of the time of one worker
 */
public record UniversalScalability(double contention, double coherency) implements ScalingLaw {
  /** Checks that both are costs. */
  public UniversalScalability {
    requireCost("contention σ", contention);
    requireCost("coherency κ", coherency);
  }

  @Override
  public String label() {
    return String.format(Locale.ROOT, "universal law, σ = %.3f, κ = %.4f", contention, coherency);
  }

  @Override
  public double speedUp(double workers) {
    SpeedUps.requireWorkers(workers);
    return 1 / (1 / workers + contention * (1 - 1 / workers) + coherency * (workers - 1));
  }

  /**
   * The number of workers with the greatest speed-up, √((1 − σ) / κ), from where on more of them
   * make the job slower; 1 where a second worker does so, infinite where none does.
   */
  public double peak() {
    if (contention >= 1) {
      return 1;
    }
    return Math.max(1, Math.sqrt((1 - contention) / coherency));
  }

  /**
   * Fits σ and κ to measured speed-ups by least squares of the residuals.
   *
   * <p>The relative run time 1/N + σ·(1 − 1/N) + κ·(N − 1) is linear in both, and so is a residual,
   * S times that less 1. Where the least squares lie at a negative σ or κ, which no cost has, those
   * with one of them 0 are taken; the sum of squares is convex, so nothing between is better.
   *
   * @param workers N of each measurement, at least two different ones of them more than 1
   * @param speedUps S of each measurement
   */
  public static Fit<UniversalScalability> fit(double[] workers, double[] speedUps) {
    SpeedUps runs = SpeedUps.of(workers, speedUps);
    if (runs.parallelCounts() < 2) {
      throw new IllegalArgumentException(
          "The universal scalability law has two unknowns: measure with at least two different"
              + " numbers of workers above 1, not "
              + runs.parallelCounts());
    }
    // A residual is σ·u + κ·v − w with u = S·(1 − 1/N), v = S·(N − 1) = u·N and w = 1 − S/N.
    double uu = runs.sum((n, s) -> u(n, s) * u(n, s));
    double uv = runs.sum((n, s) -> u(n, s) * u(n, s) * n);
    double vv = runs.sum((n, s) -> u(n, s) * u(n, s) * n * n);
    double uw = runs.sum((n, s) -> u(n, s) * (1 - s / n));
    double vw = runs.sum((n, s) -> u(n, s) * n * (1 - s / n));
    double determinant = uu * vv - uv * uv;
    double contention = (uw * vv - vw * uv) / determinant;
    double coherency = (vw * uu - uw * uv) / determinant;
    if (contention >= 0 && coherency >= 0) {
      return new Fit<>(new UniversalScalability(contention, coherency), runs);
    }
    return Stream.of(
            new UniversalScalability(Math.max(0, uw / uu), 0),
            new UniversalScalability(0, Math.max(0, vw / vv)))
        .map(law -> new Fit<>(law, runs))
        .min(Comparator.comparingDouble(Fit::rmsResidual))
        .orElseThrow();
  }

  private static double u(double workers, double speedUp) {
    return speedUp * (1 - 1 / workers);
  }

  private static void requireCost(String what, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "The %s is a number not below 0, not %s".formatted(what, value));
    }
  }
}
