package llmthreads.parallel.task;

import java.util.List;
import java.util.Optional;
import llmthreads.trace.Trace;

/**
 * What the tasks of a graph gave.
 *
 * @param tasks in the order of the graph's list; all have ended
 * @param trace what every worker did when: a span for each task, with its steps inside it
 * @param wallNs from the call to the answer, in nanoseconds
 * @param warning a sentence when the run wanted more cores than there are
 */
public record TaskRun(List<TaskHandle> tasks, Trace trace, long wallNs, Optional<String> warning) {
  /**
   * What a task gave.
   *
   * @throws TaskException when it has no answer, with the reason
   * @throws IllegalArgumentException when no task has that name
   */
  public TaskResult result(String task) {
    return tasks.stream()
        .filter(each -> each.name().equals(task))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No task is called '%s'; there are %s"
                        .formatted(task, tasks.stream().map(TaskHandle::name).toList())))
        .result();
  }

  /** What the tasks gave that have answers. */
  public List<TaskResult> results() {
    return tasks.stream().filter(task -> task.failure().isEmpty()).map(TaskHandle::result).toList();
  }

  /** Why the others have none. */
  public List<TaskException> failures() {
    return tasks.stream().flatMap(task -> task.failure().stream()).toList();
  }

  /** Tokens of all answers. */
  public long tokens() {
    return results().stream()
        .flatMap(result -> result.completions().stream())
        .mapToLong(completion -> completion.tokens().length)
        .sum();
  }
}
