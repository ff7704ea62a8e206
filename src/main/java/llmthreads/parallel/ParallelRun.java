package llmthreads.parallel;

import java.util.List;
import java.util.Optional;
import llmthreads.generate.Completion;
import llmthreads.trace.Trace;

/**
 * What a parallel run gave.
 *
 * @param completions answers in the order of the prompts, as the serial run gives them
 * @param trace what every worker did when
 * @param wallNs from the call to the answer, in nanoseconds
 * @param warning a sentence when the run wanted more cores than there are
 */
public record ParallelRun(
    List<Completion> completions, Trace trace, long wallNs, Optional<String> warning) {
  /** Tokens of all answers. */
  public long tokens() {
    return completions.stream().mapToLong(completion -> completion.tokens().length).sum();
  }

  /** Tokens of all answers in a second of the run. */
  public double tokensPerSecond() {
    return tokens() * 1e9 / wallNs;
  }
}
