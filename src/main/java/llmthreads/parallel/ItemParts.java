package llmthreads.parallel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Items of any kind as a strategy: each is worked on by one worker, and the results are put in the
 * order of the items.
 *
 * <pre>{@code
 * Balance<Duration> balance = Balance.<Duration>of(Schedule.STEALING, 2).withCost(Duration::toNanos);
 * Cycle.run(new ItemParts<>(balance, (nap, worker) -> sleep(nap)), naps, threads, cancellation, trace);
 * }</pre>
 *
 * @param balance who gets which item
 * @param work what is done with one
 * @param <T> an item
 * @param <R> what becomes of it
 */
public record ItemParts<T, R>(Balance<T> balance, Work<T, R> work)
    implements Strategy<
        List<T>, WorkSource<ItemParts.Numbered<T>>, List<ItemParts.Numbered<R>>, List<R>> {
  /** What is done with an item. */
  @FunctionalInterface
  public interface Work<T, R> {
    /** Works on the worker's thread; it may record spans and must look at the cancellation. */
    R apply(T item, Worker worker) throws Exception;
  }

  /**
   * An item, or its result, with the item's place in the list.
   *
   * @param number from 0
   * @param value the item or the result
   */
  public record Numbered<V>(int number, V value) {}

  @Override
  public List<WorkSource<Numbered<T>>> split(List<T> items, int workers) {
    Balance<Numbered<T>> numbered =
        new Balance<>(
            balance.schedule(), item -> balance.cost().applyAsDouble(item.value), balance.speeds());
    return Collections.nCopies(
        workers,
        numbered.source(
            IntStream.range(0, items.size())
                .mapToObj(i -> new Numbered<>(i, items.get(i)))
                .toList()));
  }

  @Override
  public List<Numbered<R>> compute(WorkSource<Numbered<T>> source, Worker worker) throws Exception {
    List<Numbered<R>> results = new ArrayList<>();
    Optional<Numbered<T>> item;
    while ((item = source.next(worker.index())).isPresent()) {
      worker.cancellation().check();
      results.add(new Numbered<>(item.get().number, work.apply(item.get().value, worker)));
    }
    return results;
  }

  @Override
  public List<R> merge(List<T> items, List<List<Numbered<R>>> results) {
    List<R> ordered = new ArrayList<>(Collections.nCopies(items.size(), null));
    results.forEach(some -> some.forEach(one -> ordered.set(one.number, one.value)));
    return ordered;
  }
}
