package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import llmthreads.parallel.task.TaskGraph;
import llmthreads.parallel.task.TaskRequest;
import org.junit.jupiter.api.Test;

class WorkSpanTest {
  private static final TaskGraph DIAMOND =
      TaskGraph.of(task("d", "b", "c"), task("b", "a"), task("c", "a"), task("a"), task("e"));
  private static final Map<String, Double> COSTS =
      Map.of("a", 1.0, "b", 2.0, "c", 5.0, "d", 1.0, "e", 3.0);

  private static TaskRequest task(String name, String... after) {
    return TaskRequest.of(name, (before, worker) -> List.of()).after(after);
  }

  @Test
  void the_span_is_the_longest_chain_and_the_work_is_all() {
    WorkSpan bounds = WorkSpan.of(DIAMOND, COSTS);
    assertEquals(new WorkSpan(12, 7), bounds);
    assertEquals(12, bounds.least(1));
    assertEquals(12, bounds.most(1));
    assertEquals(7, bounds.least(2));
    assertEquals(6 + 3.5, bounds.most(2));
    assertEquals(12.0 / 7, bounds.parallelism());
  }

  @Test
  void what_cannot_be_is_refused_in_a_sentence() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> WorkSpan.of(DIAMOND, Map.of("a", 1.0)))
            .getMessage()
            .contains("Task 'e' has no cost; there are costs of [a]"));
    assertThrows(IllegalArgumentException.class, () -> new WorkSpan(1, 2));
    assertThrows(IllegalArgumentException.class, () -> new WorkSpan(1, Double.NaN));
  }
}
