package llmthreads.parallel;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Generator;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;
import llmthreads.model.StepRunner;

/**
 * Strategies that split what a step computes: all workers compute the same step of the same
 * prompts, each its shard of every layer or its members of an ensemble, and synchronise inside it.
 * The worker of rank 0 alone keeps the batch and chooses tokens.
 *
 * @param runners what computes a step with the help of a team
 */
record TeamSteps(
    LanguageModel model, Function<Team, StepRunner.Source> runners, GenerateOptions options)
    implements GenerationStrategy<TeamSteps.Part> {
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
            model, runners.apply(part.team), options, worker.cancellation(), worker.trace());
    return part.team.run(worker, () -> generator.run(part.prompts), List.of());
  }
}
