package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A share is a deque that never grows, for any number of threads. */
class ShareProperties {
  @Property(tries = 200)
  void one_thread_finds_it_as_it_finds_a_deque(
      @ForAll @IntRange(max = 20) int items, @ForAll List<Boolean> front) {
    List<Integer> numbers = IntStream.range(0, items).boxed().toList();
    Deque<Integer> deque = new ArrayDeque<>(numbers);
    Share<Integer> share = new Share<>(numbers);
    for (boolean first : front) {
      assertEquals(
          Optional.ofNullable(first ? deque.pollFirst() : deque.pollLast()),
          first ? share.takeFirst() : share.takeLast());
    }
    assertEquals(numbers, share.items());
  }

  /**
   * All threads begin at once and pull at both ends. Whatever the interleaving: nothing is lost,
   * nothing comes twice, who takes at one end only finds the items in their order, and whoever is
   * told that nothing is left is told so when all is taken.
   */
  @Property(tries = 300)
  void many_threads_take_every_item_once_and_in_order(
      @ForAll @IntRange(min = 1, max = 6) int threads,
      @ForAll @IntRange(max = 2000) int items,
      @ForAll @IntRange(max = 6) int thieves)
      throws Exception {
    Share<Integer> share = new Share<>(IntStream.range(0, items).boxed().toList());
    List<Future<List<Integer>>> futures = new ArrayList<>();
    CountDownLatch go = new CountDownLatch(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int thread = 0; thread < threads; thread++) {
        boolean steals = thread < thieves;
        futures.add(
            pool.submit(
                () -> {
                  go.countDown();
                  go.await();
                  List<Integer> taken = new ArrayList<>();
                  Optional<Integer> item;
                  while ((item = steals ? share.takeLast() : share.takeFirst()).isPresent()) {
                    taken.add(item.get());
                  }
                  return taken;
                }));
      }
    }
    List<Integer> all = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      List<Integer> taken = futures.get(thread).get();
      List<Integer> sorted = new ArrayList<>(taken);
      Collections.sort(sorted);
      assertEquals(thread < thieves ? sorted.reversed() : sorted, taken);
      all.addAll(taken);
    }
    Collections.sort(all);
    assertEquals(IntStream.range(0, items).boxed().toList(), all);
    assertTrue(share.takeFirst().isEmpty() && share.takeLast().isEmpty());
  }
}
