package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import llmthreads.parallel.Balance;
import llmthreads.parallel.Schedule;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The schedules against the best plan, without a clock. */
class MakespanProperties {
  @Property(tries = 200)
  void the_best_plan_is_the_one_that_trying_all_finds(
      @ForAll @IntRange(min = 1, max = 4) int workers,
      @ForAll @IntRange(max = 7) int items,
      @ForAll long seed) {
    double[] costs = skewed(items, seed);
    assertEquals(
        byTryingAll(costs, 0, new double[workers]), Makespan.optimum(costs, workers), 1e-9);
  }

  @Property(tries = 300)
  void no_schedule_beats_the_best_plan_and_queues_keep_grahams_bounds(
      @ForAll @IntRange(min = 1, max = 5) int workers,
      @ForAll @IntRange(min = 1, max = 14) int items,
      @ForAll long seed) {
    double[] costs = skewed(items, seed);
    double best = Makespan.optimum(costs, workers);
    assertTrue(best >= Makespan.lowerBound(costs, workers) - 1e-9);
    for (Schedule schedule : Schedule.values()) {
      assertTrue(predicted(schedule, costs, workers) >= best - 1e-9, schedule.name());
    }
    double longestFirst = predicted(Schedule.LONGEST_FIRST, costs, workers);
    double anyOrder = Makespan.anyOrderBound(workers) * best + 1e-9;
    assertTrue(longestFirst <= Makespan.longestFirstBound(workers) * best + 1e-9);
    assertTrue(predicted(Schedule.QUEUE, costs, workers) <= anyOrder);
    assertTrue(predicted(Schedule.STEALING, costs, workers) <= anyOrder);
    assertEquals(longestFirst, predicted(Schedule.WEIGHTED, costs, workers), 1e-9);
  }

  /** Skewed: few items hold most of the work, and come last, where equal shards fare worst. */
  @Property(tries = 300)
  void work_stealing_is_within_5_percent_of_the_optimum_on_skewed_work(
      @ForAll @IntRange(min = 2, max = 4) int workers,
      @ForAll @IntRange(min = 100, max = 400) int items,
      @ForAll long seed) {
    double[] costs = skewed(items, seed);
    Arrays.sort(costs);
    double bound = Makespan.lowerBound(costs, workers);
    assertTrue(predicted(Schedule.STEALING, costs, workers) <= 1.05 * bound);
    assertTrue(predicted(Schedule.LONGEST_FIRST, costs, workers) <= 1.05 * bound);
    assertTrue(predicted(Schedule.SHARDS, costs, workers) > 1.2 * bound);
  }

  @Property(tries = 200)
  void
      known_speeds_make_static_shares_near_optimal_and_stealing_needs_none_to_be_late_by_one_item_only(
          @ForAll @IntRange(min = 2, max = 4) int workers, @ForAll long seed) {
    double[] costs = skewed(300, seed);
    List<Double> speeds = new SplittableRandom(seed).doubles(workers, 0.5, 4).boxed().toList();
    double bound = Makespan.lowerBound(costs, speeds);
    Balance<Integer> stealing =
        Balance.<Integer>of(Schedule.STEALING, workers).withCost(item -> costs[item]);
    Balance<Integer> weighted = new Balance<>(Schedule.WEIGHTED, item -> costs[item], speeds);
    assertTrue(Makespan.predicted(weighted, costs, speeds) <= 1.05 * bound);
    double lastItem = Arrays.stream(costs).max().orElseThrow() / Collections.min(speeds);
    assertTrue(Makespan.predicted(stealing, costs, speeds) <= bound + lastItem);
  }

  @Example
  void grahams_own_example_is_as_bad_as_his_bound() {
    double[] costs = {5, 5, 4, 4, 3, 3, 3};
    assertEquals(9, Makespan.optimum(costs, 3));
    assertEquals(11, predicted(Schedule.LONGEST_FIRST, costs, 3));
    assertEquals(11.0 / 9, Makespan.longestFirstBound(3), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> Makespan.optimum(new double[25], 2));
  }

  private static double predicted(Schedule schedule, double[] costs, int workers) {
    return Makespan.predicted(
        Balance.<Integer>of(schedule, workers).withCost(item -> costs[item]),
        costs,
        Collections.nCopies(workers, 1.0));
  }

  /** Pareto's distribution, cut off: one item in five holds most of the work. */
  private static double[] skewed(int items, long seed) {
    return new SplittableRandom(seed)
        .doubles(items)
        .map(share -> Math.min(30, Math.pow(1 - share, -1 / 1.2)))
        .toArray();
  }

  private static double byTryingAll(double[] costs, int item, double[] loads) {
    if (item == costs.length) {
      return Arrays.stream(loads).max().orElse(0);
    }
    double best = Double.POSITIVE_INFINITY;
    for (int worker = 0; worker < loads.length; worker++) {
      loads[worker] += costs[item];
      best = Math.min(best, byTryingAll(costs, item + 1, loads));
      loads[worker] -= costs[item];
    }
    return best;
  }
}
