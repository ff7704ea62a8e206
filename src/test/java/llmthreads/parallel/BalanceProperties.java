package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.trace.Trace;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the schedule, the work and the workers' delays: every item is done once. */
class BalanceProperties {
  private static final int LONGEST_MICROS = 200;

  @Property(tries = 150)
  void every_item_is_worked_on_once_and_results_come_in_the_items_order(
      @ForAll Schedule schedule,
      @ForAll @IntRange(min = 1, max = 6) int workers,
      @ForAll @IntRange(max = 60) int items,
      @ForAll long seed) {
    AtomicInteger worked = new AtomicInteger();
    List<Integer> costs = costs(items, seed);
    List<String> results =
        run(
            balance(schedule, workers, seed),
            costs,
            new Cancellation(),
            (cost, worker) -> {
              LockSupport.parkNanos(1000L * new SplittableRandom(seed + cost).nextInt(200));
              worked.incrementAndGet();
              return "done " + cost;
            });
    assertEquals(items, worked.get());
    assertEquals(costs.stream().map(cost -> "done " + cost).toList(), results);
  }

  @Property(tries = 100)
  void when_a_worker_fails_the_run_fails_with_its_error_and_every_thread_ends(
      @ForAll Schedule schedule,
      @ForAll @IntRange(min = 1, max = 6) int workers,
      @ForAll @IntRange(min = 1, max = 40) int items,
      @ForAll @IntRange(max = 39) int failAt,
      @ForAll long seed) {
    AtomicInteger calls = new AtomicInteger();
    Cancellation cancellation = new Cancellation();
    String told =
        assertThrows(
                IllegalStateException.class,
                () ->
                    run(
                        balance(schedule, workers, seed),
                        costs(items, seed),
                        cancellation,
                        (cost, worker) -> {
                          LockSupport.parkNanos(1000L * cost % LONGEST_MICROS);
                          if (calls.getAndIncrement() == failAt % items) {
                            throw new IllegalStateException("a worker fell over");
                          }
                          return cost;
                        }))
            .getMessage();
    assertEquals("a worker fell over", told);
    assertTrue(cancellation.requested());
    SerialOracle.assertNoThread("balanced-");
  }

  @Property(tries = 20)
  void when_a_worker_fails_the_others_begin_no_further_item(@ForAll Schedule schedule) {
    Cancellation cancellation = new Cancellation();
    AtomicInteger begun = new AtomicInteger();
    assertThrows(
        IllegalStateException.class,
        () ->
            run(
                Balance.of(schedule, 2),
                costs(100, 1),
                cancellation,
                (cost, worker) -> {
                  if (begun.incrementAndGet() == 2) {
                    throw new IllegalStateException("a worker fell over");
                  }
                  while (!cancellation.requested()) {
                    LockSupport.parkNanos(1000);
                  }
                  return cost;
                }));
    assertEquals(2, begun.get(), "one item each");
  }

  @Property(tries = 100)
  void a_worker_never_takes_what_was_out_of_its_reach(
      @ForAll Schedule schedule,
      @ForAll @IntRange(min = 1, max = 5) int workers,
      @ForAll @IntRange(max = 50) int items,
      @ForAll long seed) {
    List<Integer> numbers = IntStream.range(0, items).boxed().toList();
    WorkSource<Integer> source = balance(schedule, workers, seed).source(numbers);
    SplittableRandom random = new SplittableRandom(seed);
    Set<Integer> taken = ConcurrentHashMap.newKeySet();
    Set<Integer> through = ConcurrentHashMap.newKeySet();
    while (through.size() < workers) {
      int worker = random.nextInt(workers);
      source
          .next(worker)
          .ifPresentOrElse(
              item -> {
                assertTrue(source.reach(worker).contains(item));
                assertTrue(taken.add(item), "twice: " + item);
                assertTrue(!through.contains(worker), "once there was none for it");
              },
              () -> through.add(worker));
    }
    assertEquals(items, taken.size());
    int shares = IntStream.range(0, workers).map(source::share).sum();
    assertTrue(shares >= items, "the workers' places together hold every item");
  }

  @Property(tries = 100)
  void weighted_shares_are_done_within_one_item_of_each_other(
      @ForAll @IntRange(min = 1, max = 5) int workers,
      @ForAll @IntRange(min = 1, max = 80) int items,
      @ForAll long seed) {
    Balance<Integer> balance = balance(Schedule.WEIGHTED, workers, seed);
    List<Integer> costs = costs(items, seed);
    WorkSource<Integer> source = balance.source(costs);
    double largest = Collections.max(costs);
    double soonest = Double.POSITIVE_INFINITY;
    double[] ends = new double[workers];
    for (int worker = 0; worker < workers; worker++) {
      double load = source.reach(worker).stream().mapToInt(cost -> cost).sum();
      ends[worker] = load / balance.speeds().get(worker);
      soonest = Math.min(soonest, (load + largest) / balance.speeds().get(worker));
    }
    for (double end : ends) {
      assertTrue(end <= soonest + 1e-9, "a share could have been given to a sooner worker");
    }
  }

  @Example
  void costs_decide_the_order_and_speeds_the_shares() {
    List<Integer> costs = List.of(1, 9, 4, 4, 6);
    Balance<Integer> balance = Balance.<Integer>of(Schedule.LONGEST_FIRST, 2).withCost(c -> c);
    assertEquals(List.of(9, 6, 4, 4, 1), balance.source(costs).reach(0));
    Balance<Integer> weighted = new Balance<>(Schedule.WEIGHTED, cost -> cost, List.of(1.0, 3.0));
    assertEquals(List.of(4, 1), weighted.source(costs).reach(0));
    assertEquals(List.of(9, 6, 4), weighted.source(costs).reach(1));
  }

  @Example
  void a_thief_takes_from_the_cheap_end() {
    WorkSource<Integer> source =
        Balance.<Integer>of(Schedule.STEALING, 2)
            .withCost(cost -> cost)
            .source(List.of(8, 7, 6, 5, 4, 3));
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(source.next(1).orElseThrow());
    }
    assertEquals(List.of(7, 5, 3, 4, 6, 8), taken);
    assertTrue(source.next(0).isEmpty() && source.next(1).isEmpty());
  }

  @Example
  void workers_without_speed_and_speeds_without_workers_are_refused() {
    refused("above 0, 0.0 is not", () -> balance(List.of(1.0, 0.0)));
    refused("above 0, NaN is not", () -> balance(List.of(Double.NaN)));
    refused("at least 1 worker", () -> balance(List.of()));
    refused(
        "2 workers have 2 speeds, not 1",
        () -> balance(List.of(1.0, 1.0)).withSpeeds(List.of(1.0)));
  }

  private static Balance<Integer> balance(List<Double> speeds) {
    return new Balance<>(Schedule.WEIGHTED, item -> 1, speeds);
  }

  private static void refused(String reason, Runnable request) {
    String message = assertThrows(IllegalArgumentException.class, request::run).getMessage();
    assertTrue(message.contains(reason), message);
  }

  private static Balance<Integer> balance(Schedule schedule, int workers, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Balance<>(schedule, cost -> cost, random.doubles(workers, 0.1, 4).boxed().toList());
  }

  private static List<Integer> costs(int items, long seed) {
    return new SplittableRandom(seed).ints(items, 1, 1000).boxed().toList();
  }

  private static <R> List<R> run(
      Balance<Integer> balance,
      List<Integer> costs,
      Cancellation cancellation,
      ItemParts.Work<Integer, R> work) {
    try (EngineThreads threads = new EngineThreads("balanced", balance.workers(), 1)) {
      return Cycle.run(new ItemParts<>(balance, work), costs, threads, cancellation, Trace.off());
    }
  }
}
