package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimedQueueTest {
  private static final List<Integer> ITEMS = IntStream.range(0, 100).boxed().toList();
  private static final long HOURS = 3_600_000_000_000L;

  @Test
  void while_it_is_open_it_gives_all_items_in_order() {
    assertEquals(ITEMS, taken(new TimedQueue<>(ITEMS, 2, 0, HOURS)));
  }

  @Test
  void once_closed_it_has_given_one_item() {
    assertEquals(List.of(0), taken(new TimedQueue<>(ITEMS, 2, 10, 0)));
  }

  @Test
  void it_waits_for_as_many_as_tell_something_but_not_for_long() throws Exception {
    TimedQueue<Integer> patient = new TimedQueue<>(ITEMS, 2, 10, 500_000_000);
    Thread.sleep(510);
    List<Integer> taken = taken(patient);
    assertTrue(List.of(1, 10).contains(taken.size()), "1 only where this thread slept too long");
    TimedQueue<Integer> late = new TimedQueue<>(ITEMS, 2, 10, 1_000_000);
    Thread.sleep(5);
    assertEquals(List.of(0), taken(late));
  }

  private static List<Integer> taken(TimedQueue<Integer> queue) {
    List<Integer> taken = new ArrayList<>();
    Optional<Integer> item;
    while ((item = queue.next(taken.size() % 2)).isPresent()) {
      taken.add(item.get());
    }
    return taken;
  }
}
