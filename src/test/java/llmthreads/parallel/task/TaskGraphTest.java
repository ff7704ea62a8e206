package llmthreads.parallel.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskGraphTest {
  private static TaskRequest task(String name, String... after) {
    return TaskRequest.of(name, (before, worker) -> List.of()).after(after);
  }

  @Test
  void tasks_stand_behind_what_they_need_and_otherwise_as_they_were_given() {
    TaskGraph graph =
        TaskGraph.of(task("d", "b", "c"), task("a"), task("c", "a"), task("b", "a"), task("e"));
    assertEquals(
        List.of("a", "e", "c", "b", "d"), graph.ordered().stream().map(TaskRequest::name).toList());
  }

  @Test
  void what_cannot_be_run_is_refused_in_a_sentence() {
    refused("There are no tasks", () -> TaskGraph.of());
    refused("Two tasks are called 'a'", () -> TaskGraph.of(task("a"), task("a")));
    refused(
        "Task 'a' comes after 'b', which is not among the tasks [a]",
        () -> TaskGraph.of(task("a", "b")));
    refused("in a circle: 'a' after 'a'", () -> TaskGraph.of(task("a", "a")));
    refused(
        "in a circle: 'b' after 'd' after 'c' after 'b'",
        () -> TaskGraph.of(task("a"), task("b", "a", "d"), task("c", "b"), task("d", "c")));
    refused("cannot end PT1S before", () -> task("a").withDeadline(Duration.ofSeconds(-1)));
    refused("more than a year", () -> task("a").withDeadline(Duration.ofDays(366)));
    refused("worker -1", () -> task("a").onWorker(-1));
    refused("from 1 to 1000000 tickets, not 0", () -> new Priority("none", 0));
  }

  private static void refused(String reason, Runnable request) {
    String message = assertThrows(IllegalArgumentException.class, request::run).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
