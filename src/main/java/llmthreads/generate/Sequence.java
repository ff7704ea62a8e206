package llmthreads.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import llmthreads.model.LanguageModel;
import llmthreads.model.Tokenizer;

/** One prompt and its answer so far. */
final class Sequence {
  private final Prompt prompt;
  private final LanguageModel model;
  private final GenerateOptions options;
  private final Tokenizer.Stream stream;
  private final List<float[]> logits = new ArrayList<>();
  private int[] tokens = new int[16];
  private float[] scores = new float[16];
  private int count;
  private Completion completion;

  Sequence(Prompt prompt, LanguageModel model, GenerateOptions options) {
    this.prompt = prompt;
    this.model = model;
    this.options = options;
    boolean told = options.listener() != TokenListener.NONE;
    this.stream = told ? model.tokenizer().map(Tokenizer::stream).orElse(null) : null;
  }

  Prompt prompt() {
    return prompt;
  }

  /** Positions whose keys and values the cache holds before the next decode step. */
  int cached() {
    return prompt.tokens().length + count - 1;
  }

  int lastToken() {
    return tokens[count - 1];
  }

  boolean finished() {
    return completion != null;
  }

  /** The random number that chooses the next token. */
  double uniform() {
    long position = prompt.tokens().length + (long) count;
    return CounterRandom.uniform(options.sampling().seed(), prompt.index(), position);
  }

  void keep(float[] row) {
    logits.add(row);
  }

  void add(int token, float logProbability) {
    if (Float.isNaN(logProbability)) {
      throw new IllegalStateException(
          "The model's logits are no numbers: its weights are damaged, or its precision too low");
    }
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      scores = Arrays.copyOf(scores, 2 * count);
    }
    tokens[count] = token;
    scores[count++] = logProbability;
    options.listener().token(prompt.index(), token, stream == null ? "" : stream.add(token));
    finish(token).ifPresent(this::complete);
  }

  private Optional<FinishReason> finish(int token) {
    if (model.config().endTokens().contains(token)) {
      return Optional.of(FinishReason.END);
    }
    if (count >= options.maxTokens()) {
      return Optional.of(FinishReason.MAX_TOKENS);
    }
    boolean full = prompt.tokens().length + count >= model.config().context();
    return full ? Optional.of(FinishReason.CONTEXT) : Optional.empty();
  }

  private void complete(FinishReason reason) {
    int[] chosen = Arrays.copyOf(tokens, count);
    completion =
        new Completion(
            prompt.index(),
            prompt.tokens().length,
            chosen,
            Arrays.copyOf(scores, count),
            model.tokenizer().map(tokenizer -> tokenizer.decode(chosen)).orElse(""),
            reason,
            options.keepLogits() ? logits.toArray(float[][]::new) : null);
    options.completions().completed(completion);
  }

  /** The answer, once it is finished. */
  Completion completion() {
    return completion;
  }
}
