package llmthreads.generate;

import java.util.List;
import java.util.Optional;
import llmthreads.model.Config;
import llmthreads.model.GenerationDefaults;
import llmthreads.model.LanguageModel;

/**
 * How texts are continued; none of it but {@code sampling}, {@code maxTokens} and {@code stops}
 * changes an answer.
 *
 * @param sampling how tokens are chosen
 * @param maxTokens the most tokens of an answer
 * @param stops strings that end an answer where the first of them begins; none needs to lie on a
 *     token's border
 * @param batch sequences that a worker computes at once
 * @param prefillChunk the most tokens of a prompt that one step takes; 0 for whole prompts
 * @param caching how keys and values are kept
 * @param speculation a small model that guesses ahead, if any
 * @param likeliest so many of the likeliest tokens of every step the answer brings, with their
 *     log-probabilities
 * @param keepLogits whether the answer brings the logits of every step
 * @param listener told of every token
 * @param completions told of every answer as it is complete
 */
public record GenerateOptions(
    Sampling sampling,
    int maxTokens,
    List<String> stops,
    int batch,
    int prefillChunk,
    Caching caching,
    Optional<Speculation> speculation,
    int likeliest,
    boolean keepLogits,
    TokenListener listener,
    CompletionListener completions) {
  /** Checks the ranges. */
  public GenerateOptions {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, it is " + maxTokens);
    }
    stops = List.copyOf(stops);
    if (stops.contains("")) {
      throw new IllegalArgumentException("A stop string is empty: it would end every answer");
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, it is " + batch);
    }
    if (prefillChunk < 0) {
      throw new IllegalArgumentException(
          "prefillChunk must be 0 (whole prompts) or more, it is " + prefillChunk);
    }
    if (likeliest < 0) {
      throw new IllegalArgumentException("likeliest must be 0 (none) or more, it is " + likeliest);
    }
  }

  /** At most 64 tokens an answer, 8 sequences at once, whole prompts. */
  public static GenerateOptions of(Sampling sampling) {
    return new GenerateOptions(
        sampling,
        64,
        List.of(),
        8,
        0,
        Caching.DEFAULT,
        Optional.empty(),
        0,
        false,
        TokenListener.NONE,
        CompletionListener.NONE);
  }

  /**
   * What a model's publishers mean: its {@link GenerationDefaults}; at most 64 tokens an answer
   * where they name no limit.
   *
   * @param seed of the random numbers, where they mean tokens to be drawn
   */
  public static GenerateOptions of(LanguageModel model, long seed) {
    GenerationDefaults defaults = model.defaults();
    Sampling sampling =
        defaults.sampled()
            ? Sampling.random(defaults.temperature(), seed)
                .withTopK(defaults.topK())
                .withTopP(defaults.topP())
                .withMinP(defaults.minP())
            : Sampling.greedy();
    GenerateOptions options = of(sampling.withRepetitionPenalty(defaults.repetitionPenalty()));
    return defaults.maxNewTokens() == 0 ? options : options.withMaxTokens(defaults.maxNewTokens());
  }

  /** Positions that a cache needs for prompts of {@code longest} tokens at most. */
  public int positions(Config config, int longest) {
    return Math.min(config.context(), longest + maxTokens);
  }

  /** The same with another limit of tokens. */
  public GenerateOptions withMaxTokens(int tokens) {
    return new GenerateOptions(
        sampling,
        tokens,
        stops,
        batch,
        prefillChunk,
        caching,
        speculation,
        likeliest,
        keepLogits,
        listener,
        completions);
  }

  /** The same with strings that end an answer. */
  public GenerateOptions withStops(String... strings) {
    return new GenerateOptions(
        sampling,
        maxTokens,
        List.of(strings),
        batch,
        prefillChunk,
        caching,
        speculation,
        likeliest,
        keepLogits,
        listener,
        completions);
  }

  /** The same with another batch size. */
  public GenerateOptions withBatch(int size) {
    return new GenerateOptions(
        sampling,
        maxTokens,
        stops,
        size,
        prefillChunk,
        caching,
        speculation,
        likeliest,
        keepLogits,
        listener,
        completions);
  }

  /** The same with prompts cut into chunks. */
  public GenerateOptions withPrefillChunk(int tokens) {
    return new GenerateOptions(
        sampling,
        maxTokens,
        stops,
        batch,
        tokens,
        caching,
        speculation,
        likeliest,
        keepLogits,
        listener,
        completions);
  }

  /** The same with another way to keep keys and values. */
  public GenerateOptions withCaching(Caching other) {
    return new GenerateOptions(
        sampling,
        maxTokens,
        stops,
        batch,
        prefillChunk,
        other,
        speculation,
        likeliest,
        keepLogits,
        listener,
        completions);
  }

  /** The same with a small model that guesses so many tokens ahead. */
  public GenerateOptions withDraft(LanguageModel draft, int tokens) {
    return new GenerateOptions(
        sampling,
        maxTokens,
        stops,
        batch,
        prefillChunk,
        caching,
        Optional.of(new Speculation(draft, tokens)),
        likeliest,
        keepLogits,
        listener,
        completions);
  }

  /** The same with so many of the likeliest tokens of every step kept. */
  public GenerateOptions withLikeliest(int tokens) {
    return new GenerateOptions(
        sampling,
        maxTokens,
        stops,
        batch,
        prefillChunk,
        caching,
        speculation,
        tokens,
        keepLogits,
        listener,
        completions);
  }

  /** The same with the logits of every step kept. */
  public GenerateOptions withLogits() {
    return new GenerateOptions(
        sampling,
        maxTokens,
        stops,
        batch,
        prefillChunk,
        caching,
        speculation,
        likeliest,
        true,
        listener,
        completions);
  }

  /** The same with a listener to tokens. */
  public GenerateOptions withListener(TokenListener told) {
    return new GenerateOptions(
        sampling,
        maxTokens,
        stops,
        batch,
        prefillChunk,
        caching,
        speculation,
        likeliest,
        keepLogits,
        told,
        completions);
  }

  /** The same with a listener to whole answers: they stream as they come. */
  public GenerateOptions withCompletions(CompletionListener told) {
    return new GenerateOptions(
        sampling,
        maxTokens,
        stops,
        batch,
        prefillChunk,
        caching,
        speculation,
        likeliest,
        keepLogits,
        listener,
        told);
  }
}
