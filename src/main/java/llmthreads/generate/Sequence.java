package llmthreads.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import llmthreads.model.LanguageModel;
import llmthreads.model.Tokenizer;

/** One prompt and its answer so far. */
final class Sequence {
  private final Prompt prompt;
  private final LanguageModel model;
  private final GenerateOptions options;
  private final Optional<Tokenizer.Stream> stream;
  private final StopStrings stops;
  private final BitSet seen = new BitSet();
  private final List<List<TokenChance>> likeliest = new ArrayList<>();
  private final List<float[]> logits = new ArrayList<>();
  private final List<Integer> pages = new ArrayList<>();
  private int[] tokens = new int[16];
  private float[] scores = new float[16];
  private int count;
  private int computed;
  private int drafted;
  private Completion completion;

  Sequence(Prompt prompt, LanguageModel model, GenerateOptions options) {
    this.prompt = prompt;
    this.model = model;
    this.options = options;
    if (!options.stops().isEmpty() && model.tokenizer().isEmpty()) {
      throw new IllegalArgumentException(
          "This model has no tokenizer, and stop strings are text: leave them out");
    }
    boolean read = options.report().listener() != TokenListener.NONE || !options.stops().isEmpty();
    this.stream = read ? model.tokenizer().map(Tokenizer::stream) : Optional.empty();
    this.stops = new StopStrings(options.stops());
    for (int token : prompt.tokens()) {
      seen.set(token);
    }
  }

  Prompt prompt() {
    return prompt;
  }

  /** Its tokens: the prompt's and the answer's. */
  int[] tokens() {
    int[] all = Arrays.copyOf(prompt.tokens(), length());
    System.arraycopy(tokens, 0, all, prompt.tokens().length, count);
    return all;
  }

  int length() {
    return prompt.tokens().length + count;
  }

  /** Begins to be computed, behind what others have computed already. */
  void enter(List<Integer> shared, int positions) {
    pages.addAll(shared);
    computed = positions;
    drafted = length();
  }

  /** Positions that a draft has computed, of which the last may be those of wrong guesses. */
  int drafted() {
    return drafted;
  }

  void draftedTo(int positions) {
    drafted = positions;
  }

  /** Positions that were computed by others when it came. */
  int computed() {
    return computed;
  }

  /** Its pages, in order, to which the batch adds. */
  List<Integer> pages() {
    return pages;
  }

  int[] pageNumbers() {
    return pages.stream().mapToInt(page -> page).toArray();
  }

  /** Gives its pages up, for good or to be computed anew. */
  List<Integer> leave() {
    List<Integer> given = List.copyOf(pages);
    pages.clear();
    return given;
  }

  int lastToken() {
    return tokens[count - 1];
  }

  boolean finished() {
    return completion != null;
  }

  /**
   * Takes the next token as the options say.
   *
   * @param scores log-probabilities of several sequences
   * @param changed what is chosen from: the same, or logits that penalties and biases change here
   * @param from where this sequence's begin in both
   */
  void choose(float[] scores, float[] changed, int from, int vocabulary) {
    if (options.report().likeliest() > 0) {
      likeliest.add(
          Arrays.stream(Sampler.likeliest(scores, from, vocabulary, options.report().likeliest()))
              .mapToObj(token -> new TokenChance(token, scores[from + token]))
              .toList());
    }
    int token = pick(changed, from, vocabulary, 0);
    add(token, scores[from + token]);
  }

  /** Whether the likeliest token is always taken. */
  boolean isGreedy() {
    return options.sampling().isGreedy() && !options.sampling().changesLogits();
  }

  /**
   * The token that the options take, so many tokens ahead.
   *
   * @param logits of several rows; this one's are changed by penalties and biases
   * @param from where this sequence's begin
   */
  int pick(float[] logits, int from, int vocabulary, int ahead) {
    Sampling sampling = options.sampling();
    if (sampling.changesLogits()) {
      Sampler.adjust(logits, from, vocabulary, sampling, seen);
    }
    return sampling.isGreedy()
        ? Sampler.likeliest(logits, from, vocabulary)
        : Sampler.choose(logits, from, vocabulary, sampling, uniform(ahead));
  }

  private double uniform(int ahead) {
    long position = length() + (long) ahead;
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
    seen.set(token);
    String text = stream.map(decoder -> stops.add(decoder.add(token))).orElse("");
    Optional<FinishReason> reason = finish(token);
    if (reason.isPresent() && !stops.stopped()) {
      text += stream.map(decoder -> stops.add(decoder.rest()) + stops.rest()).orElse("");
    }
    options.report().listener().token(prompt.index(), token, text);
    reason.ifPresent(this::complete);
  }

  private Optional<FinishReason> finish(int token) {
    if (stops.stopped()) {
      return Optional.of(FinishReason.STOP);
    }
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
    String text = model.tokenizer().map(tokenizer -> tokenizer.decode(chosen)).orElse("");
    completion =
        new Completion(
            prompt.index(),
            prompt.tokens().length,
            chosen,
            Arrays.copyOf(scores, count),
            reason == FinishReason.STOP ? new StopStrings(options.stops()).add(text) : text,
            reason,
            likeliest,
            options.report().keepLogits() ? logits.toArray(float[][]::new) : null);
    options.report().completions().completed(completion);
  }

  /** The answer, once it is finished. */
  Completion completion() {
    return completion;
  }
}
