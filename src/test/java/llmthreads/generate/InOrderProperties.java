package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the order and the threads in which answers come, they are passed on in theirs. */
class InOrderProperties {
  @Property(tries = 100)
  void answers_of_many_workers_are_passed_on_one_by_one_in_order(
      @ForAll @IntRange(min = 1, max = 5) int workers,
      @ForAll @IntRange(max = 200) int answers,
      @ForAll long seed)
      throws Exception {
    List<Integer> order = new ArrayList<>(IntStream.range(0, answers).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    List<Integer> heard = new ArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    InOrder inOrder =
        new InOrder(
            answer -> {
              assertEquals(1, inside.incrementAndGet(), "one at a time");
              heard.add(answer.promptIndex());
              inside.decrementAndGet();
            });
    List<Callable<Void>> tellers = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      int first = worker;
      tellers.add(
          () -> {
            for (int i = first; i < answers; i += workers) {
              inOrder.completed(answer(order.get(i)));
            }
            return null;
          });
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
      for (Future<Void> told : pool.invokeAll(tellers)) {
        told.get();
      }
    }
    assertEquals(IntStream.range(0, answers).boxed().toList(), heard);
    assertEquals(0, inOrder.heldBack());
  }

  @Example
  void an_answer_is_passed_on_as_soon_as_those_before_it_are() {
    List<Integer> heard = new ArrayList<>();
    InOrder inOrder = new InOrder(5, answer -> heard.add(answer.promptIndex()));
    inOrder.completed(answer(7));
    inOrder.completed(answer(6));
    assertEquals(List.of(), heard);
    assertEquals(2, inOrder.heldBack());
    inOrder.completed(answer(5));
    assertEquals(List.of(5, 6, 7), heard);
  }

  @Example
  void a_second_answer_to_a_prompt_is_refused() {
    InOrder inOrder = new InOrder(CompletionListener.NONE);
    inOrder.completed(answer(0));
    inOrder.completed(answer(2));
    for (int again : new int[] {0, 2}) {
      String message =
          assertThrows(IllegalStateException.class, () -> inOrder.completed(answer(again)))
              .getMessage();
      assertTrue(message.contains("prompt " + again + " already"), message);
    }
  }

  private static Completion answer(int promptIndex) {
    return new Completion(
        promptIndex, 1, new int[] {1}, new float[] {0}, "", FinishReason.END, List.of(), null);
  }
}
