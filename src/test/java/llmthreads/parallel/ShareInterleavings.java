package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import llmthreads.parallel.Interleavings.Scenario;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However threads interleave that take from both ends of a share. */
class ShareInterleavings {
  private static final int TRIES = 300;
  private static final List<Integer> ITEMS = List.of(0, 1, 2);

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void every_item_is_taken_once_by_somebody(int takers) {
    Interleavings.of(
        TRIES,
        () -> {
          Share<Integer> share = new Share<>(ITEMS);
          List<List<Integer>> taken =
              IntStream.range(0, takers).<List<Integer>>mapToObj(i -> new ArrayList<>()).toList();
          return new Scenario(
              takers,
              worker -> {
                boolean inFront = worker.index() == 0;
                Optional<Integer> item;
                while ((item = inFront ? share.takeFirst() : share.takeLast()).isPresent()) {
                  taken.get(worker.index()).add(item.get());
                }
              },
              () -> assertEquals(ITEMS, taken.stream().flatMap(List::stream).sorted().toList()));
        });
  }
}
