package llmthreads.parallel.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The laws by which the next task is chosen. */
class ReadyQueueProperties {
  /** A name for each task, since the queue tells them apart by identity. */
  private record Item(Priority priority, int number) {}

  @Property(tries = 100)
  void over_any_interval_priorities_begin_tasks_in_proportion_to_their_tickets(
      @ForAll @Size(min = 2, max = 5) List<@IntRange(min = 1, max = 50) Integer> tickets,
      @ForAll @IntRange(min = 20, max = 150) int picks,
      @ForAll @IntRange(max = 40) int lateBy) {
    ReadyQueue<Item> queue = new ReadyQueue<>();
    List<Priority> priorities =
        IntStream.range(0, tickets.size())
            .mapToObj(i -> new Priority("p" + i, tickets.get(i)))
            .toList();
    int late = tickets.size() - 1;
    for (int each = 0; each < late; each++) {
      fill(queue, priorities.get(each), picks);
    }
    List<Integer> begun = new ArrayList<>();
    for (int pick = 0; pick < picks; pick++) {
      if (pick == Math.min(lateBy, picks / 2)) {
        fill(queue, priorities.get(late), picks);
      }
      begun.add(priorities.indexOf(queue.poll(0).orElseThrow().priority()));
    }
    int together = Math.min(lateBy, picks / 2);
    for (int from = together; from < picks; from++) {
      int[] counts = new int[tickets.size()];
      for (int pick = from; pick < picks; pick++) {
        counts[begun.get(pick)]++;
        for (int a = 0; a < counts.length; a++) {
          for (int b = 0; b < a; b++) {
            double one = 1.0 / tickets.get(a);
            double two = 1.0 / tickets.get(b);
            assertTrue(
                Math.abs(counts[a] * one - counts[b] * two) <= one + two + 1e-9,
                () -> tickets + " began " + begun);
          }
        }
      }
    }
  }

  private static void fill(ReadyQueue<Item> queue, Priority priority, int count) {
    for (int i = 0; i < count; i++) {
      queue.add(new Item(priority, i), priority, 0, OptionalInt.empty());
    }
  }

  @Property(tries = 100)
  void in_one_priority_no_other_order_has_a_smaller_largest_lateness(
      @ForAll @Size(min = 1, max = 7) List<@IntRange(max = 40) Integer> due,
      @ForAll @Size(7) List<@IntRange(min = 1, max = 9) Integer> costs,
      @ForAll Random random) {
    ReadyQueue<Item> queue = new ReadyQueue<>();
    for (int i = 0; i < due.size(); i++) {
      queue.add(new Item(Priority.NORMAL, i), Priority.NORMAL, due.get(i), OptionalInt.empty());
    }
    List<Integer> order = new ArrayList<>();
    for (Optional<Item> next = queue.poll(0); next.isPresent(); next = queue.poll(0)) {
      order.add(next.get().number());
    }
    assertEquals(due.size(), order.size());
    List<Integer> other = new ArrayList<>(order);
    for (int i = 0; i < 50; i++) {
      Collections.shuffle(other, random);
      assertTrue(lateness(order, due, costs) <= lateness(other, due, costs));
    }
  }

  private static int lateness(List<Integer> order, List<Integer> due, List<Integer> costs) {
    int now = 0;
    int most = Integer.MIN_VALUE;
    for (int task : order) {
      now += costs.get(task);
      most = Math.max(most, now - due.get(task));
    }
    return most;
  }

  @Property(tries = 100)
  void a_worker_gets_what_any_may_run_and_what_only_it_may_each_once(
      @ForAll @Size(max = 30) List<@IntRange(min = -1, max = 2) Integer> asked,
      @ForAll @Size(max = 10) List<@IntRange(max = 29) Integer> removed) {
    ReadyQueue<Item> queue = new ReadyQueue<>();
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Item item = new Item(i % 2 == 0 ? Priority.NORMAL : Priority.URGENT, i);
      items.add(item);
      int worker = asked.get(i);
      queue.add(
          item, item.priority(), 0, worker < 0 ? OptionalInt.empty() : OptionalInt.of(worker));
    }
    List<Item> left = new ArrayList<>(items);
    for (int each : removed) {
      if (each < items.size()) {
        queue.remove(items.get(each));
        left.remove(items.get(each));
      }
    }
    for (int worker = 2; worker >= 0; worker--) {
      for (Optional<Item> next = queue.poll(worker); next.isPresent(); next = queue.poll(worker)) {
        int who = asked.get(next.get().number());
        assertTrue(who == -1 || who == worker, "worker " + worker + " got that of " + who);
        assertTrue(left.remove(next.get()), "twice, or removed before");
      }
    }
    assertEquals(List.of(), left);
  }
}
