package llmthreads.measure;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import llmthreads.parallel.Balance;
import llmthreads.parallel.WorkSource;

/**
 * When the last of several workers is through with items of known cost: at best, by a schedule, and
 * by the bounds of Graham, "Bounds on Multiprocessing Timing Anomalies" (1969).
 *
 * <p>Costs are in any unit, speeds in that unit by time; the makespan is then in that time.
 */
public final class Makespan {
  /** With more items the search for the best plan could take too long. */
  public static final int MOST_ITEMS = 24;

  private Makespan() {}

  /**
   * No plan is shorter: neither than the whole work spread perfectly, nor than the costliest item
   * on the fastest worker.
   */
  public static double lowerBound(double[] costs, List<Double> speeds) {
    double fastest = Collections.max(speeds);
    double together = speeds.stream().mapToDouble(speed -> speed).sum();
    double costliest = Arrays.stream(costs).max().orElse(0);
    return Math.max(Arrays.stream(costs).sum() / together, costliest / fastest);
  }

  /** The same for workers of speed 1. */
  public static double lowerBound(double[] costs, int workers) {
    return lowerBound(costs, Collections.nCopies(workers, 1.0));
  }

  /**
   * The best plan's makespan on equal workers of speed 1, by trying every plan that may still be
   * the best (branch and bound, the costliest item first).
   *
   * @throws IllegalArgumentException when there are more than {@value #MOST_ITEMS} items
   */
  public static double optimum(double[] costs, int workers) {
    if (costs.length > MOST_ITEMS) {
      throw new IllegalArgumentException(
          "The best plan is searched for at most %d items, not %d; lowerBound is near it for many"
              .formatted(MOST_ITEMS, costs.length));
    }
    double[] falling =
        Arrays.stream(costs).map(cost -> -cost).sorted().map(cost -> -cost).toArray();
    return best(
        falling, 0, new double[workers], Double.POSITIVE_INFINITY, lowerBound(costs, workers));
  }

  /** The least makespan below {@code known} that the items from {@code item} on can lead to. */
  private static double best(double[] costs, int item, double[] loads, double known, double bound) {
    if (item == costs.length) {
      return Math.min(known, Arrays.stream(loads).max().orElse(0));
    }
    double best = known;
    int[] lightestFirst =
        IntStream.range(0, loads.length)
            .boxed()
            .sorted(Comparator.comparingDouble(worker -> loads[worker]))
            .mapToInt(worker -> worker)
            .toArray();
    double before = Double.NaN;
    for (int worker : lightestFirst) {
      double load = loads[worker];
      if (load == before || load + costs[item] >= best || best <= bound) {
        continue;
      }
      before = load;
      loads[worker] += costs[item];
      best = best(costs, item + 1, loads, best, bound);
      loads[worker] = load;
    }
    return best;
  }

  /**
   * What a schedule takes if nothing but the items takes time: whoever is through first asks first.
   *
   * @param balance whose costs are taken for expected ones; {@code costs} are the true ones
   * @param costs of items that are numbered from 0
   * @param speeds the true ones
   */
  public static double predicted(Balance<Integer> balance, double[] costs, List<Double> speeds) {
    WorkSource<Integer> source = balance.source(IntStream.range(0, costs.length).boxed().toList());
    record Free(int worker, double at) {}
    PriorityQueue<Free> workers =
        new PriorityQueue<>(Comparator.comparingDouble(Free::at).thenComparingInt(Free::worker));
    IntStream.range(0, speeds.size()).forEach(worker -> workers.add(new Free(worker, 0)));
    double last = 0;
    while (!workers.isEmpty()) {
      Free free = workers.remove();
      Optional<Integer> item = source.next(free.worker);
      if (item.isPresent()) {
        double end = free.at + costs[item.get()] / speeds.get(free.worker);
        last = Math.max(last, end);
        workers.add(new Free(free.worker, end));
      }
    }
    return last;
  }

  /** How many times the best makespan a queue in any order takes at most: {@code 2 − 1/m}. */
  public static double anyOrderBound(int workers) {
    return 2 - 1.0 / workers;
  }

  /**
   * How many times the best makespan a queue with the costliest first takes at most: {@code 4/3 −
   * 1/(3m)}.
   */
  public static double longestFirstBound(int workers) {
    return 4.0 / 3 - 1.0 / (3.0 * workers);
  }
}
