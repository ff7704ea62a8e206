package llmthreads.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Generator;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;

/**
 * Data parallelism as a strategy: the prompts are split, every worker runs the whole model on its
 * own, and the answers are put back in order. Nothing is exchanged in between.
 */
record PromptParts(LanguageModel model, GenerateOptions options, Schedule schedule)
    implements GenerationStrategy<PromptParts.Part> {
  /**
   * What a worker takes its prompts from.
   *
   * @param prompts shared with the others under {@link Schedule#QUEUE}
   * @param slots sequences at once
   * @param longest tokens of the longest prompt that may come
   */
  record Part(Queue<Prompt> prompts, int slots, int longest) {}

  @Override
  public List<Part> split(List<Prompt> prompts, int workers) {
    List<Part> parts = new ArrayList<>();
    Part shared = part(prompts);
    for (int worker = 0; worker < workers; worker++) {
      int from = (int) ((long) worker * prompts.size() / workers);
      int to = (int) ((worker + 1L) * prompts.size() / workers);
      parts.add(schedule == Schedule.QUEUE ? shared : part(prompts.subList(from, to)));
    }
    return parts;
  }

  @Override
  public List<Completion> compute(Part part, Worker worker) {
    return new Generator(model, options, worker.cancellation(), worker.trace())
        .run(() -> Optional.ofNullable(part.prompts.poll()), part.slots, part.longest);
  }

  private Part part(List<Prompt> prompts) {
    return new Part(
        new ConcurrentLinkedQueue<>(prompts),
        Math.min(options.batch(), prompts.size()),
        Prompt.longest(prompts));
  }
}
