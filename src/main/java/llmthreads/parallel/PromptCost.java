package llmthreads.parallel;

import java.util.function.ToDoubleFunction;
import llmthreads.generate.Prompt;

/**
 * How much work a prompt is expected to be, in tokens of its answer: reading it and writing the
 * answer.
 *
 * @param promptToken what reading a token of the prompt costs, where writing one costs 1; less than
 *     1, since a prompt's tokens are computed together
 * @param answerTokens how long the answer is expected to be, by experience or by a limit
 */
public record PromptCost(double promptToken, ToDoubleFunction<Prompt> answerTokens)
    implements ToDoubleFunction<Prompt> {
  @Override
  public double applyAsDouble(Prompt prompt) {
    return promptToken * prompt.tokens().length + answerTokens.applyAsDouble(prompt);
  }
}
