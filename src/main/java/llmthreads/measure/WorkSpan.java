package llmthreads.measure;

import java.util.HashMap;
import java.util.Map;
import llmthreads.parallel.task.TaskGraph;
import llmthreads.parallel.task.TaskRequest;

/**
 * What the shape of a task graph allows: no schedule is faster than {@link #least}, and one that
 * lets no worker idle while a task is ready is not slower than {@link #most}.
 *
 * @param work T₁: the time of all tasks, one after another, in any unit
 * @param span T∞: the time of the longest chain of tasks that need each other, in the same unit
 */
public record WorkSpan(double work, double span) {
  /** Checks that a chain does not take longer than all tasks. */
  public WorkSpan {
    if (!(span >= 0 && span <= work * (1 + 1e-9))) {
      throw new IllegalArgumentException(
          "The longest chain takes from 0 to all of the work %s, not %s".formatted(work, span));
    }
  }

  /**
   * Of a graph.
   *
   * @param costs the time of each task, by its name
   * @throws IllegalArgumentException when a task has no cost
   */
  public static WorkSpan of(TaskGraph graph, Map<String, Double> costs) {
    Map<String, Double> ends = new HashMap<>();
    double work = 0;
    double span = 0;
    for (TaskRequest task : graph.ordered()) {
      Double cost = costs.get(task.name());
      if (cost == null) {
        throw new IllegalArgumentException(
            "Task '%s' has no cost; there are costs of %s".formatted(task.name(), costs.keySet()));
      }
      double begin = task.after().stream().mapToDouble(ends::get).max().orElse(0);
      ends.put(task.name(), begin + cost);
      work += cost;
      span = Math.max(span, begin + cost);
    }
    return new WorkSpan(work, span);
  }

  /** The work law and the span law: T ≥ max(T₁ / p, T∞). */
  public double least(double workers) {
    return Math.max(work / workers, span);
  }

  /**
   * T ≤ T₁ / p + T∞ (1 − 1/p), which is at most T₁ / p + T∞ (Graham 1966, theorem 1 and its proof;
   * Brent 1974, lemma 2).
   */
  public double most(double workers) {
    return work / workers + span * (1 - 1 / workers);
  }

  /** T₁ / T∞: more workers than that bring nothing more. */
  public double parallelism() {
    return work / span;
  }
}
