package llmthreads.parallel;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Generator;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;

/**
 * Data parallelism as a strategy: the prompts are split, every worker runs the whole model on its
 * own, and the answers are put back in order. Nothing is exchanged in between.
 */
record PromptParts(
    LanguageModel model, GenerateOptions options, Function<List<Prompt>, WorkSource<Prompt>> layOut)
    implements GenerationStrategy<WorkSource<Prompt>> {
  @Override
  public List<WorkSource<Prompt>> split(List<Prompt> prompts, int workers) {
    return Collections.nCopies(workers, layOut.apply(prompts));
  }

  /** No worker has room for more than its share: else the first would leave the last nothing. */
  @Override
  public List<Completion> compute(WorkSource<Prompt> source, Worker worker) {
    int index = worker.index();
    return new Generator(model, options, worker.cancellation(), worker.trace())
        .run(
            () -> source.next(index),
            Math.min(options.batch(), source.share(index)),
            Prompt.longest(source.reach(index)));
  }
}
