package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import llmthreads.parallel.Interleavings.Scenario;
import org.junit.jupiter.api.Test;

/** However the stages of a row interleave. */
class StageRowInterleavings {
  private static final int TRIES = 60;

  @Test
  void every_message_passes_every_stage_in_order() {
    Interleavings.of(
        TRIES,
        () -> {
          List<List<Integer>> messages = List.of(new ArrayList<>(), new ArrayList<>());
          StageRow<List<Integer>> row = new StageRow<>(2, messages, left -> {});
          return new Scenario(
              2,
              worker -> {
                row.run(
                    worker,
                    message -> {
                      message.add(worker.index());
                      return message.size() == 4 ? Optional.empty() : Optional.of(message);
                    });
                row.leave();
              },
              () -> messages.forEach(way -> assertEquals(List.of(0, 1, 0, 1), way)));
        });
  }
}
