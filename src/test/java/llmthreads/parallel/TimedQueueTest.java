package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimedQueueTest {
  private static final List<Integer> ITEMS = IntStream.range(0, 100).boxed().toList();
  private static final int LEAST = 10;
  private static final long OPEN = 1000;

  private final AtomicLong clock = new AtomicLong(77);
  private final TimedQueue<Integer> queue = new TimedQueue<>(ITEMS, 2, LEAST, OPEN, clock::get);

  @Test
  void while_it_is_open_it_gives_all_items_in_order() {
    clock.addAndGet(OPEN - 1);
    assertEquals(ITEMS, taken());
  }

  @Test
  void once_its_time_is_over_it_waits_for_as_many_as_tell_something() {
    clock.addAndGet(OPEN);
    assertEquals(ITEMS.subList(0, LEAST), taken());
  }

  @Test
  void four_times_its_time_is_the_longest_that_it_waits() {
    clock.addAndGet(4 * OPEN - 1);
    assertEquals(Optional.of(0), queue.next(0));
    assertEquals(Optional.of(1), queue.next(1));
    clock.addAndGet(1);
    assertEquals(List.of(), taken());
  }

  @Test
  void however_late_it_gives_one_item() {
    clock.addAndGet(100 * OPEN);
    assertEquals(List.of(0), taken());
  }

  private List<Integer> taken() {
    List<Integer> taken = new ArrayList<>();
    Optional<Integer> item;
    while ((item = queue.next(taken.size() % 2)).isPresent()) {
      taken.add(item.get());
    }
    return taken;
  }
}
