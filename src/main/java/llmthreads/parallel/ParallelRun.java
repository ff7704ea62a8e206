package llmthreads.parallel;

import java.util.List;
import java.util.Optional;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.Completion;
import llmthreads.generate.Prompt;
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
  /** Runs a strategy on the workers of a pool and keeps what it did. */
  static <P> ParallelRun of(
      GenerationStrategy<P> strategy,
      List<Prompt> prompts,
      EngineThreads threads,
      Cancellation cancellation) {
    Trace trace = new Trace();
    long began = System.nanoTime();
    List<Completion> completions = Cycle.run(strategy, prompts, threads, cancellation, trace);
    return new ParallelRun(
        completions, trace, System.nanoTime() - began, threads.oversubscription());
  }

  /** Tokens of all answers. */
  public long tokens() {
    return completions.stream().mapToLong(completion -> completion.tokens().length).sum();
  }

  /** Tokens of all answers in a second of the run. */
  public double tokensPerSecond() {
    return tokens() * 1e9 / wallNs;
  }
}
