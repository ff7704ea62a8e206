package llmthreads.generate;

import llmthreads.model.Config;

/**
 * How texts are continued; none of it but {@code sampling} and {@code maxTokens} changes an answer.
 *
 * @param sampling how tokens are chosen
 * @param maxTokens the most tokens of an answer
 * @param batch sequences that a worker computes at once
 * @param prefillChunk the most tokens of a prompt that one step takes; 0 for whole prompts
 * @param keepLogits whether the answer brings the logits of every step
 * @param listener told of every token
 * @param completions told of every answer as it is complete
 */
public record GenerateOptions(
    Sampling sampling,
    int maxTokens,
    int batch,
    int prefillChunk,
    boolean keepLogits,
    TokenListener listener,
    CompletionListener completions) {
  /** Checks the ranges. */
  public GenerateOptions {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, it is " + maxTokens);
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, it is " + batch);
    }
    if (prefillChunk < 0) {
      throw new IllegalArgumentException(
          "prefillChunk must be 0 (whole prompts) or more, it is " + prefillChunk);
    }
  }

  /** At most 64 tokens an answer, 8 sequences at once, whole prompts. */
  public static GenerateOptions of(Sampling sampling) {
    return new GenerateOptions(
        sampling, 64, 8, 0, false, TokenListener.NONE, CompletionListener.NONE);
  }

  /** Positions that a cache needs for prompts of {@code longest} tokens at most. */
  public int positions(Config config, int longest) {
    return Math.min(config.context(), longest + maxTokens);
  }

  /** The same with another limit of tokens. */
  public GenerateOptions withMaxTokens(int tokens) {
    return new GenerateOptions(
        sampling, tokens, batch, prefillChunk, keepLogits, listener, completions);
  }

  /** The same with another batch size. */
  public GenerateOptions withBatch(int size) {
    return new GenerateOptions(
        sampling, maxTokens, size, prefillChunk, keepLogits, listener, completions);
  }

  /** The same with prompts cut into chunks. */
  public GenerateOptions withPrefillChunk(int tokens) {
    return new GenerateOptions(
        sampling, maxTokens, batch, tokens, keepLogits, listener, completions);
  }

  /** The same with the logits of every step kept. */
  public GenerateOptions withLogits() {
    return new GenerateOptions(
        sampling, maxTokens, batch, prefillChunk, true, listener, completions);
  }

  /** The same with a listener to tokens. */
  public GenerateOptions withListener(TokenListener told) {
    return new GenerateOptions(
        sampling, maxTokens, batch, prefillChunk, keepLogits, told, completions);
  }

  /** The same with a listener to whole answers: they stream as they come. */
  public GenerateOptions withCompletions(CompletionListener told) {
    return new GenerateOptions(
        sampling, maxTokens, batch, prefillChunk, keepLogits, listener, told);
  }
}
