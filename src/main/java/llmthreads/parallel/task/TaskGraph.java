package llmthreads.parallel.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tasks that are handed in together, some of which need the answers of others.
 *
 * @param tasks in any order
 */
public record TaskGraph(List<TaskRequest> tasks) {
  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException when there is no task, two have one name, a task needs one
   *     that is not there, or tasks wait for each other in a circle
   */
  public TaskGraph {
    tasks = List.copyOf(tasks);
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("There are no tasks: the list is empty");
    }
    Map<String, TaskRequest> byName = byName(tasks);
    for (TaskRequest task : tasks) {
      for (String needed : task.after()) {
        if (!byName.containsKey(needed)) {
          throw new IllegalArgumentException(
              "Task '%s' comes after '%s', which is not among the tasks %s"
                  .formatted(task.name(), needed, byName.keySet()));
        }
      }
    }
    List<TaskRequest> ordered = ordered(tasks);
    if (ordered.size() < tasks.size()) {
      throw new IllegalArgumentException(
          "Tasks wait for each other in a circle: " + circle(byName, ordered));
    }
  }

  /** Tasks in any order. */
  public static TaskGraph of(TaskRequest... tasks) {
    return new TaskGraph(List.of(tasks));
  }

  /**
   * The tasks, each behind those that it needs; otherwise in the order in which they were given.
   */
  public List<TaskRequest> ordered() {
    return ordered(tasks);
  }

  private static Map<String, TaskRequest> byName(List<TaskRequest> tasks) {
    Map<String, TaskRequest> byName = new LinkedHashMap<>();
    for (TaskRequest task : tasks) {
      if (byName.put(task.name(), task) != null) {
        throw new IllegalArgumentException(
            "Two tasks are called '%s'; give one another name".formatted(task.name()));
      }
    }
    return byName;
  }

  /** As many tasks as can be put behind what they need (Kahn 1962). */
  private static List<TaskRequest> ordered(List<TaskRequest> tasks) {
    Map<String, List<TaskRequest>> dependents = new LinkedHashMap<>();
    Map<String, Integer> missing = new LinkedHashMap<>();
    Deque<TaskRequest> free = new ArrayDeque<>();
    for (TaskRequest task : tasks) {
      missing.put(task.name(), task.after().size());
      task.after()
          .forEach(each -> dependents.computeIfAbsent(each, key -> new ArrayList<>()).add(task));
      if (task.after().isEmpty()) {
        free.add(task);
      }
    }
    List<TaskRequest> ordered = new ArrayList<>();
    while (!free.isEmpty()) {
      TaskRequest task = free.remove();
      ordered.add(task);
      for (TaskRequest dependent : dependents.getOrDefault(task.name(), List.of())) {
        if (missing.merge(dependent.name(), -1, Integer::sum) == 0) {
          free.add(dependent);
        }
      }
    }
    return ordered;
  }

  /** From a task that was left over, back along what it needs, until one comes again. */
  private static String circle(Map<String, TaskRequest> byName, List<TaskRequest> ordered) {
    List<String> left = new ArrayList<>(byName.keySet());
    ordered.forEach(task -> left.remove(task.name()));
    List<String> path = new ArrayList<>();
    String name = left.getFirst();
    while (!path.contains(name)) {
      path.add(name);
      name = byName.get(name).after().stream().filter(left::contains).findFirst().orElseThrow();
    }
    List<String> round = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
    round.add(name);
    return round.stream().collect(Collectors.joining("' after '", "'", "'"));
  }
}
