package llmthreads.measure;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * Measured speed-ups, to which a law can be fitted.
 *
 * @param workers N of each run, at least 1
 * @param measured S of each run, above 0
 */
public record SpeedUps(List<Double> workers, List<Double> measured) {
  /** Checks that every run has a number of workers and a speed-up. */
  public SpeedUps {
    workers = List.copyOf(workers);
    measured = List.copyOf(measured);
    if (workers.size() != measured.size()) {
      throw new IllegalArgumentException(
          "%d numbers of workers cannot go with %d speed-ups"
              .formatted(workers.size(), measured.size()));
    }
    workers.forEach(SpeedUps::requireWorkers);
    for (int i = 0; i < workers.size(); i++) {
      if (!(measured.get(i) > 0 && Double.isFinite(measured.get(i)))) {
        throw new IllegalArgumentException(
            "A speed-up is a number above 0, not %s (with %s workers)"
                .formatted(measured.get(i), workers.get(i)));
      }
    }
  }

  static SpeedUps of(double[] workers, double[] speedUps) {
    return new SpeedUps(
        Arrays.stream(workers).boxed().toList(), Arrays.stream(speedUps).boxed().toList());
  }

  static void requireWorkers(double workers) {
    if (!(workers >= 1 && Double.isFinite(workers))) {
      throw new IllegalArgumentException("A law counts 1 or more workers, not " + workers);
    }
  }

  /** How many different numbers of workers above 1 there are. */
  long parallelCounts() {
    return workers.stream().filter(n -> n > 1).distinct().count();
  }

  /** The sum of a function of N and S over all runs. */
  double sum(DoubleBinaryOperator term) {
    double sum = 0;
    for (int i = 0; i < workers.size(); i++) {
      sum += term.applyAsDouble(workers.get(i), measured.get(i));
    }
    return sum;
  }
}
