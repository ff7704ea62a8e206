package llmthreads.generate;

import java.util.List;
import java.util.Optional;
import llmthreads.model.Config;
import llmthreads.model.GenerationDefaults;
import llmthreads.model.LanguageModel;

/**
 * How texts are continued.
 *
 * @param sampling how tokens are chosen
 * @param maxTokens the most tokens of an answer
 * @param stops strings that end an answer where the first of them begins; none needs to lie on a
 *     token's border
 * @param execution how answers are computed, which changes none
 * @param report what is told of them
 */
public record GenerateOptions(
    Sampling sampling, int maxTokens, List<String> stops, Execution execution, Report report) {
  /** Checks the ranges. */
  public GenerateOptions {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, it is " + maxTokens);
    }
    stops = List.copyOf(stops);
    if (stops.contains("")) {
      throw new IllegalArgumentException("A stop string is empty: it would end every answer");
    }
  }

  /**
   * How answers are computed.
   *
   * @param batch sequences that a worker computes at once
   * @param prefillChunk the most tokens of a prompt that one step takes; 0 for whole prompts
   * @param caching how keys and values are kept
   * @param speculation a small model that guesses ahead, if any
   */
  public record Execution(
      int batch, int prefillChunk, Caching caching, Optional<Speculation> speculation) {
    /** Checks the ranges. */
    public Execution {
      if (batch < 1) {
        throw new IllegalArgumentException("batch must be at least 1, it is " + batch);
      }
      if (prefillChunk < 0) {
        throw new IllegalArgumentException(
            "prefillChunk must be 0 (whole prompts) or more, it is " + prefillChunk);
      }
    }
  }

  /**
   * What is told of answers.
   *
   * @param likeliest so many of the likeliest tokens of every step the answer brings, with their
   *     log-probabilities
   * @param keepLogits whether the answer brings the logits of every step
   * @param listener told of every token
   * @param completions told of every answer as it is complete
   */
  public record Report(
      int likeliest, boolean keepLogits, TokenListener listener, CompletionListener completions) {
    /** Checks the range. */
    public Report {
      if (likeliest < 0) {
        throw new IllegalArgumentException(
            "likeliest must be 0 (none) or more, it is " + likeliest);
      }
    }
  }

  /** At most 64 tokens an answer, 8 sequences at once, whole prompts. */
  public static GenerateOptions of(Sampling sampling) {
    return new GenerateOptions(
        sampling,
        64,
        List.of(),
        new Execution(8, 0, Caching.DEFAULT, Optional.empty()),
        new Report(0, false, TokenListener.NONE, CompletionListener.NONE));
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

  /** Sequences that a worker computes at once. */
  public int batch() {
    return execution.batch;
  }

  /** The same with another limit of tokens. */
  public GenerateOptions withMaxTokens(int tokens) {
    return new GenerateOptions(sampling, tokens, stops, execution, report);
  }

  /** The same with strings that end an answer. */
  public GenerateOptions withStops(String... strings) {
    return new GenerateOptions(sampling, maxTokens, List.of(strings), execution, report);
  }

  /** The same with another batch size. */
  public GenerateOptions withBatch(int size) {
    Execution e = execution;
    return with(new Execution(size, e.prefillChunk, e.caching, e.speculation));
  }

  /** The same with prompts cut into chunks. */
  public GenerateOptions withPrefillChunk(int tokens) {
    Execution e = execution;
    return with(new Execution(e.batch, tokens, e.caching, e.speculation));
  }

  /** The same with another way to keep keys and values. */
  public GenerateOptions withCaching(Caching caching) {
    Execution e = execution;
    return with(new Execution(e.batch, e.prefillChunk, caching, e.speculation));
  }

  /** The same with a small model that guesses so many tokens ahead. */
  public GenerateOptions withDraft(LanguageModel draft, int tokens) {
    Optional<Speculation> speculation = Optional.of(new Speculation(draft, tokens));
    Execution e = execution;
    return with(new Execution(e.batch, e.prefillChunk, e.caching, speculation));
  }

  /** The same with so many of the likeliest tokens of every step kept. */
  public GenerateOptions withLikeliest(int tokens) {
    Report r = report;
    return with(new Report(tokens, r.keepLogits, r.listener, r.completions));
  }

  /** The same with the logits of every step kept. */
  public GenerateOptions withLogits() {
    Report r = report;
    return with(new Report(r.likeliest, true, r.listener, r.completions));
  }

  /** The same with a listener to tokens. */
  public GenerateOptions withListener(TokenListener told) {
    Report r = report;
    return with(new Report(r.likeliest, r.keepLogits, told, r.completions));
  }

  /** The same with a listener to whole answers: they stream as they come. */
  public GenerateOptions withCompletions(CompletionListener told) {
    Report r = report;
    return with(new Report(r.likeliest, r.keepLogits, r.listener, told));
  }

  private GenerateOptions with(Execution other) {
    return new GenerateOptions(sampling, maxTokens, stops, other, report);
  }

  private GenerateOptions with(Report other) {
    return new GenerateOptions(sampling, maxTokens, stops, execution, other);
  }
}
