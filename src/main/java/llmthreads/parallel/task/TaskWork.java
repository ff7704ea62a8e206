package llmthreads.parallel.task;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Generator;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;
import llmthreads.parallel.Worker;

/** What a task does when its turn has come, on a worker's thread. */
@FunctionalInterface
public interface TaskWork {
  /**
   * Computes the task's answers.
   *
   * @param before the answers of the tasks that it depends on, by name
   * @param worker whose cancellation is to be checked before each step; it is requested when the
   *     task is cancelled or its deadline has passed
   */
  List<Completion> compute(Map<String, List<Completion>> before, Worker worker) throws Exception;

  /**
   * Continues texts that are known now.
   *
   * @throws IllegalArgumentException when there are none, or one is empty or longer than the
   *     context
   */
  static TaskWork answer(LanguageModel model, List<String> texts, GenerateOptions options) {
    List<Prompt> prompts = Prompt.encode(model, texts);
    return answerPrompts(model, before -> prompts, options);
  }

  /**
   * Continues texts that are made of the answers of other tasks.
   *
   * @param texts makes them of those answers, by the name of the task
   */
  static TaskWork answer(
      LanguageModel model,
      Function<Map<String, List<Completion>>, List<String>> texts,
      GenerateOptions options) {
    return answerPrompts(model, before -> Prompt.encode(model, texts.apply(before)), options);
  }

  /** The same with prompts that are tokens already. */
  static TaskWork answerPrompts(
      LanguageModel model,
      Function<Map<String, List<Completion>>, List<Prompt>> prompts,
      GenerateOptions options) {
    return (before, worker) ->
        new Generator(model, options, worker.cancellation(), worker.trace())
            .run(prompts.apply(before));
  }
}
