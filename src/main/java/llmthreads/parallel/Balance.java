package llmthreads.parallel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How items are spread over workers: by which schedule, and what is known beforehand about the
 * items' costs and the workers' speeds. What is known wrongly costs time, never a result.
 *
 * @param schedule who gets which item
 * @param cost expected of an item, in any unit, not negative; {@link Schedule#SHARDS} and {@link
 *     Schedule#QUEUE} do not ask
 * @param speeds of each worker, in any unit; only {@link Schedule#WEIGHTED} asks
 * @param <T> what is spread
 */
public record Balance<T>(Schedule schedule, ToDoubleFunction<? super T> cost, List<Double> speeds) {
  /** Checks that there are speeds, and all are positive numbers. */
  public Balance {
    speeds = List.copyOf(speeds);
    if (speeds.isEmpty()) {
      throw new IllegalArgumentException("Work is spread over at least 1 worker, not 0");
    }
    for (double speed : speeds) {
      if (!(speed > 0) || Double.isInfinite(speed)) {
        throw new IllegalArgumentException(
            "A worker's speed is above 0, %s is not; leave a worker without speed out"
                .formatted(speed));
      }
    }
  }

  /** Nothing is known: items cost the same, workers are equally fast. */
  public static <T> Balance<T> of(Schedule schedule, int workers) {
    return new Balance<>(schedule, item -> 1, Collections.nCopies(workers, 1.0));
  }

  /** The same with expected costs. */
  public Balance<T> withCost(ToDoubleFunction<? super T> expected) {
    return new Balance<>(schedule, expected, speeds);
  }

  /** The same with the speeds of as many workers. */
  public Balance<T> withSpeeds(List<Double> measured) {
    if (measured.size() != workers()) {
      throw new IllegalArgumentException(
          "%d workers have %d speeds, not %d".formatted(workers(), workers(), measured.size()));
    }
    return new Balance<>(schedule, cost, measured);
  }

  /** How many workers there are. */
  public int workers() {
    return speeds.size();
  }

  /** Lays the items out for one run. */
  public WorkSource<T> source(List<T> items) {
    return switch (schedule) {
      case SHARDS -> new Own<>(shards(items));
      case QUEUE -> new Common<>(new Share<>(items), workers());
      case LONGEST_FIRST -> new Common<>(new Share<>(longestFirst(items)), workers());
      case STEALING -> new Stealing<>(dealt(longestFirst(items)), items);
      case WEIGHTED -> new Own<>(weighted(longestFirst(items)));
    };
  }

  private List<T> longestFirst(List<T> items) {
    return items.stream().sorted(Comparator.<T>comparingDouble(cost).reversed()).toList();
  }

  private List<Share<T>> shards(List<T> items) {
    List<Share<T>> shards = new ArrayList<>();
    for (int worker = 0; worker < workers(); worker++) {
      int from = (int) ((long) worker * items.size() / workers());
      int to = (int) ((worker + 1L) * items.size() / workers());
      shards.add(new Share<>(items.subList(from, to)));
    }
    return shards;
  }

  private List<Share<T>> dealt(List<T> items) {
    List<List<T>> hands = hands();
    for (int i = 0; i < items.size(); i++) {
      hands.get(i % workers()).add(items.get(i));
    }
    return hands.stream().map(Share::new).toList();
  }

  private List<Share<T>> weighted(List<T> items) {
    List<List<T>> hands = hands();
    double[] load = new double[workers()];
    for (T item : items) {
      double work = cost.applyAsDouble(item);
      int soonest = 0;
      for (int worker = 1; worker < load.length; worker++) {
        if ((load[worker] + work) / speeds.get(worker)
            < (load[soonest] + work) / speeds.get(soonest)) {
          soonest = worker;
        }
      }
      load[soonest] += work;
      hands.get(soonest).add(item);
    }
    return hands.stream().map(Share::new).toList();
  }

  private List<List<T>> hands() {
    List<List<T>> hands = new ArrayList<>();
    speeds.forEach(speed -> hands.add(new ArrayList<>()));
    return hands;
  }

  /** Each worker has its own share and touches no other. */
  private record Own<T>(List<Share<T>> shares) implements WorkSource<T> {
    @Override
    public Optional<T> next(int worker) {
      return shares.get(worker).takeFirst();
    }

    @Override
    public List<T> reach(int worker) {
      return shares.get(worker).items();
    }

    @Override
    public int share(int worker) {
      return shares.get(worker).items().size();
    }
  }

  /** All workers have one share. */
  private record Common<T>(Share<T> queue, int workers) implements WorkSource<T> {
    @Override
    public Optional<T> next(int worker) {
      return queue.takeFirst();
    }

    @Override
    public List<T> reach(int worker) {
      return queue.items();
    }

    @Override
    public int share(int worker) {
      return Math.ceilDiv(queue.items().size(), workers);
    }
  }

  /** Each worker has its own share and, when that is empty, the end of the others'. */
  private record Stealing<T>(List<Share<T>> shares, List<T> all) implements WorkSource<T> {
    @Override
    public Optional<T> next(int worker) {
      Optional<T> item = shares.get(worker).takeFirst();
      for (int away = 1; item.isEmpty() && away < shares.size(); away++) {
        item = shares.get((worker + away) % shares.size()).takeLast();
      }
      return item;
    }

    @Override
    public List<T> reach(int worker) {
      return all;
    }

    @Override
    public int share(int worker) {
      return shares.get(worker).items().size();
    }
  }
}
