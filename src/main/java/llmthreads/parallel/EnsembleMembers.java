package llmthreads.parallel;

import java.util.Collections;
import java.util.List;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Generator;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;
import llmthreads.model.Llama;
import llmthreads.parallel.merge.Average;

/**
 * An ensemble as a strategy: the members are split, all workers compute the same step of the same
 * prompts, each with its members, and the worker of rank 0 merges their logits and chooses tokens.
 */
record EnsembleMembers(
    LanguageModel model, List<Llama> decoders, Average average, GenerateOptions options)
    implements GenerationStrategy<EnsembleMembers.Part> {
  /** All workers get the same prompts, and the team in which they meet. */
  record Part(List<Prompt> prompts, Team team) {}

  @Override
  public List<Part> split(List<Prompt> prompts, int workers) {
    return Collections.nCopies(workers, new Part(prompts, new Team(workers)));
  }

  @Override
  public List<Completion> compute(Part part, Worker worker) throws Exception {
    Generator generator =
        new Generator(
            model,
            (slots, positions) ->
                new EnsembleRunner(decoders, part.team, average, slots, positions),
            options,
            worker.cancellation(),
            worker.trace());
    return part.team.run(worker, () -> generator.run(part.prompts), List.of());
  }
}
