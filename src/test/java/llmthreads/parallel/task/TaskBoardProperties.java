package llmthreads.parallel.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.measure.WorkSpan;
import llmthreads.parallel.SerialOracle;
import llmthreads.parallel.task.TaskException.Reason;
import llmthreads.trace.Span;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever the graph, the priorities, the delays and the failures. */
class TaskBoardProperties {
  @Property(tries = 60)
  void every_task_answers_as_with_one_worker_and_begins_after_what_it_needs(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 25) int tasks,
      @ForAll @DoubleRange(max = 0.5) double share,
      @ForAll @IntRange(min = 1, max = 4) int workers) {
    TaskGraph graph = RandomTasks.graph(random, tasks, share, workers, List.of());
    TaskRun serial = run(graph, 1);
    TaskRun parallel = run(graph, workers);
    for (TaskRequest task : graph.tasks()) {
      TaskResult result = parallel.result(task.name());
      assertTrue(
          result
              .completions()
              .getFirst()
              .sameBits(serial.result(task.name()).completions().getFirst()));
      assertEquals(task.worker().orElse(result.worker()), result.worker());
      for (String needed : task.after()) {
        assertTrue(parallel.result(needed).endedNs() <= result.startedNs(), task + " was early");
      }
    }
    Map<String, Long> spans =
        parallel.trace().spans().stream()
            .filter(span -> span.name().startsWith("task "))
            .collect(Collectors.groupingBy(Span::name, Collectors.counting()));
    assertEquals(tasks, spans.size());
    assertEquals(Set.of(1L), Set.copyOf(spans.values()));
  }

  private static TaskRun run(TaskGraph graph, int workers) {
    List<TaskRequest> free = new ArrayList<>();
    for (TaskRequest task : graph.tasks()) {
      free.add(task.worker().orElse(0) < workers ? task : task.onWorker(0));
    }
    try (TaskParallel parallel = new TaskParallel(workers, 1)) {
      return parallel.run(new TaskGraph(free));
    }
  }

  @Property(tries = 60)
  void a_failure_ends_all_that_depend_on_it_by_name_and_nothing_else(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 25) int tasks,
      @ForAll @DoubleRange(max = 0.4) double share,
      @ForAll @IntRange(min = 1, max = 4) int workers,
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 24) Integer> failing) {
    TaskGraph graph = RandomTasks.graph(random, tasks, share, workers, failing);
    Set<String> fallen = failing.stream().map(RandomTasks::name).collect(Collectors.toSet());
    Map<String, Set<String>> roots = new HashMap<>();
    for (TaskRequest task : graph.ordered()) {
      Set<String> mine = new TreeSet<>();
      task.after().forEach(each -> mine.addAll(roots.get(each)));
      roots.put(
          task.name(),
          mine.isEmpty() && fallen.contains(task.name())
              ? new TreeSet<>(Set.of(task.name()))
              : mine);
    }
    TaskRun run = run(graph, workers);
    for (TaskHandle task : run.tasks()) {
      Set<String> mine = roots.get(task.name());
      Optional<TaskException> failure = task.failure();
      assertEquals(!mine.isEmpty(), failure.isPresent(), task.name());
      if (failure.isPresent()) {
        boolean own = mine.equals(Set.of(task.name())) && fallen.contains(task.name());
        assertEquals(own ? Reason.FAILED : Reason.DEPENDENCY, failure.get().reason());
        String told = failure.get().getMessage();
        assertTrue(told.contains("Task '" + task.name() + "'"), told);
        assertTrue(mine.stream().anyMatch(root -> told.contains("'" + root + "' failed")), told);
        assertTrue(told.contains("fell over"), told);
      }
    }
    assertEquals(tasks, run.results().size() + run.failures().size());
  }

  @Property(tries = 60)
  void tasks_cancelled_at_any_time_leave_none_without_an_end(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 25) int tasks,
      @ForAll @IntRange(min = 1, max = 4) int workers,
      @ForAll @Size(max = 8) List<@IntRange(max = 24) Integer> cancelled) {
    TaskGraph graph = RandomTasks.graph(random, tasks, 0.2, workers, List.of());
    List<TaskHandle> handles;
    try (TaskPool pool = new TaskPool(workers, 1)) {
      handles = pool.submit(graph);
      for (int each : cancelled) {
        if (each < tasks) {
          LockSupport.parkNanos(1000L * random.nextInt(200));
          handles.get(each).cancel();
        }
      }
    }
    for (TaskHandle handle : handles) {
      assertTrue(handle.ended(), handle.name());
      handle
          .failure()
          .ifPresent(
              failure ->
                  assertTrue(
                      failure.reason() == Reason.CANCELLED
                          || failure.reason() == Reason.DEPENDENCY));
    }
    SerialOracle.assertNoThread("task-worker-");
  }

  @Property(tries = 100)
  void a_run_takes_at_least_what_the_graph_demands_and_at_most_grahams_bound(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 30) int tasks,
      @ForAll @DoubleRange(max = 0.6) double share,
      @ForAll @IntRange(min = 1, max = 8) int workers) {
    List<TaskRequest> anywhere = new ArrayList<>();
    Map<String, Double> costs = new HashMap<>();
    for (TaskRequest task : RandomTasks.graph(random, tasks, share, 1, List.of()).tasks()) {
      anywhere.add(
          TaskRequest.of(task.name(), task.work()).after(task.after().toArray(String[]::new)));
      costs.put(task.name(), 1.0 + random.nextInt(20));
    }
    TaskGraph graph = new TaskGraph(anywhere);
    WorkSpan bounds = WorkSpan.of(graph, costs);
    double took = simulated(graph, costs, workers);
    assertTrue(took >= bounds.least(workers) - 1e-9, took + " is below " + bounds);
    assertTrue(took <= bounds.most(workers) + 1e-9, took + " is above " + bounds);
  }

  /** How long workers take whose clock stands still but for the tasks' costs. */
  private static double simulated(TaskGraph graph, Map<String, Double> costs, int workers) {
    TaskBoard board = new TaskBoard(workers, new Cancellation());
    List<TaskHandle> handles = board.admit(graph);
    TreeSet<Integer> idle =
        IntStream.range(0, workers).boxed().collect(Collectors.toCollection(TreeSet::new));
    TreeMap<Double, List<Map.Entry<Integer, TaskHandle>>> ends = new TreeMap<>();
    double now = 0;
    while (true) {
      double began = now;
      for (int worker : List.copyOf(idle)) {
        board
            .poll(worker)
            .ifPresent(
                task -> {
                  idle.remove(worker);
                  ends.computeIfAbsent(began + costs.get(task.name()), key -> new ArrayList<>())
                      .add(Map.entry(worker, task));
                });
      }
      if (ends.isEmpty()) {
        assertTrue(handles.stream().allMatch(TaskHandle::ended));
        return now;
      }
      now = ends.firstKey();
      for (Map.Entry<Integer, TaskHandle> end : ends.remove(now)) {
        board.succeed(end.getValue(), List.of(), end.getKey());
        idle.add(end.getKey());
      }
    }
  }
}
