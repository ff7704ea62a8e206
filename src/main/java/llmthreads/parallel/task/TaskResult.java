package llmthreads.parallel.task;

import java.util.List;
import llmthreads.generate.Completion;

/**
 * What a task gave, and when. Times are {@link System#nanoTime} nanoseconds.
 *
 * @param task its name
 * @param completions its answers, in the order of its prompts
 * @param worker that ran it, from 0
 * @param submittedNs when it was handed in
 * @param startedNs when the worker began
 * @param endedNs when the worker was through
 */
public record TaskResult(
    String task,
    List<Completion> completions,
    int worker,
    long submittedNs,
    long startedNs,
    long endedNs) {
  /** From being handed in to the answer, in nanoseconds. */
  public long latencyNs() {
    return endedNs - submittedNs;
  }

  /** How long it waited for other tasks and for a worker, in nanoseconds. */
  public long waitedNs() {
    return startedNs - submittedNs;
  }

  /** How long it ran, in nanoseconds. */
  public long ranNs() {
    return endedNs - startedNs;
  }
}
