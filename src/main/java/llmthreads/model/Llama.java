package llmthreads.model;

import java.util.List;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * A LLaMA-style decoder, whole or a stage of one: one native call for all its layers.
 *
 * <p>It keeps no state of its own: any number of workers call it at once, each with a {@link
 * KvCache} of its own, and share the weights. A sequence's logits are the same bits whatever rows
 * are beside it, whatever their lengths, and whether its tokens came in one step or in several; see
 * {@link LinearKernel}. Who makes it closes it; the weights are not closed with it.
 */
public final class Llama implements AutoCloseable {
  private final Config config;
  private final Weights weights;
  private final Script script;
  private final Tensor nothing = Tensor.zeros(llmthreads.script.ElementType.F32, 0);

  /** A decoder over loaded weights. */
  public Llama(Config config, Weights weights) {
    this.config = config;
    this.weights = weights;
    this.script = Script.compile("decoder", DecoderScript.text(weights.kernel()));
  }

  /** Its shape. */
  public Config config() {
    return config;
  }

  /** Its numbers. */
  public Weights weights() {
    return weights;
  }

  /** An empty cache for its layers. */
  public KvCache cache(int slots, int tokens) {
    return new KvCache(config, weights.precision(), weights.range(), slots, tokens);
  }

  /**
   * Runs a whole model, or its first stage, on the next tokens of some sequences and writes their
   * keys and values into the cache.
   *
   * @return logits behind the last token of each row, {@code [rows, vocabulary]}; from a stage that
   *     is not the last, hidden states for the next
   */
  public Tensor forward(KvCache cache, Step step) {
    return run(cache, step, nothing, step.lastTokens());
  }

  /**
   * The same for every token of every row, to compare or to score.
   *
   * @return logits, {@code [rows · width, vocabulary]}; those behind a row's own length repeat its
   *     last
   */
  public Tensor forwardAll(KvCache cache, Step step) {
    int[] picks = new int[step.rows() * step.width()];
    for (int i = 0; i < picks.length; i++) {
      picks[i] = i;
    }
    return run(cache, step, nothing, picks);
  }

  /**
   * Runs a stage of a model that is not its first.
   *
   * @param hidden what the stage before gave for this step
   * @return hidden states for the next stage; from the last stage logits
   */
  public Tensor forward(KvCache cache, Step step, Tensor hidden) {
    return run(cache, step, hidden, step.lastTokens());
  }

  /** Bytes of the hidden states that a stage hands to the next for a step. */
  public long hiddenBytes(Step step) {
    long numbers = (long) step.rows() * width(step) * config.hiddenSize();
    return numbers * weights.precision().type().bytes();
  }

  /** Copies a sequence's keys and values from one slot to another. */
  public void move(KvCache cache, KvCache.Move move) {
    script
        .call("move", cache.keys(), cache.values(), move.source(), move.target(), move.length())
        .close();
  }

  /** The likeliest token of each row, {@code [rows]}; the first of equals. */
  public long[] greedy(Tensor logits) {
    return script.callLongs("greedy", logits);
  }

  /** The likeliest token of each row and its log-probability in nats. */
  public Scored greedyScored(Tensor logits) {
    List<Tensor> both = script.callList("greedy_scored", logits);
    try (Tensor tokens = both.get(0);
        Tensor scores = both.get(1)) {
      return new Scored(tokens.toLongs(), scores.toFloats());
    }
  }

  /** Log-probabilities in nats, row after row, {@code [rows · vocabulary]}. */
  public float[] logProbabilities(Tensor logits) {
    try (Tensor scores = script.call("log_softmax", logits)) {
      return scores.toFloats();
    }
  }

  /**
   * Tokens with their log-probabilities.
   *
   * @param tokens one for each row
   * @param logProbabilities in nats
   */
  public record Scored(long[] tokens, float[] logProbabilities) {}

  private Tensor run(KvCache cache, Step step, Tensor hidden, int... picks) {
    check(cache, step);
    int width = width(step);
    int look = Math.ceilDiv(step.end(), KvCache.BLOCK) * KvCache.BLOCK;
    long[] numbers = {
      step.rows(),
      width,
      width == 1 ? queryUnit() : width,
      look,
      picks.length,
      step.firstSlot(),
      width == step.width() ? step.commonStart() : -1,
      config.heads(),
      weights.range().from() == 0 ? 1 : 0,
      weights.range().to() == config.layers() ? 1 : 0
    };
    return script.call(
        "forward",
        plan(step, width, look, picks),
        hidden,
        weights.layers(),
        weights.ends(),
        cache.keys(),
        cache.values(),
        numbers);
  }

  /**
   * Tokens of each row as they are computed: one, or so many that the query rows of each key-value
   * head come in multiples of {@link DecoderScript#QUERY_ROWS}.
   */
  private int width(Step step) {
    int width = step.width();
    return width == 1 ? 1 : Math.ceilDiv(width, queryUnit()) * queryUnit();
  }

  private int queryUnit() {
    int group = config.heads() / config.keyValueHeads();
    int unit = 1;
    while (unit * group % DecoderScript.QUERY_ROWS != 0) {
      unit++;
    }
    return unit;
  }

  private void check(KvCache cache, Step step) {
    if (step.end() > Math.min(cache.capacity(), config.context())) {
      throw new IllegalArgumentException(
          "%s ends at position %d, but the cache holds %d and the model's context %d"
              .formatted(step, step.end(), cache.capacity(), config.context()));
    }
    if (step.firstSlot() < 0 || step.firstSlot() + step.rows() > cache.slots()) {
      throw new IllegalArgumentException(
          "%s does not fit a cache of %d slots".formatted(step, cache.slots()));
    }
    for (int[] row : step.tokens()) {
      for (int token : row) {
        if (token < 0 || token >= config.vocabularySize()) {
          throw new IllegalArgumentException(
              "Token %d lies outside the vocabulary of %d"
                  .formatted(token, config.vocabularySize()));
        }
      }
    }
  }

  /** All integers of a step in one array: tokens, positions, columns, picks. */
  private static long[] plan(Step step, int width, int look, int... picks) {
    int positions = step.rows() * width;
    int columns = 2 * positions;
    long[] plan = new long[columns + look + picks.length];
    for (int row = 0; row < step.rows(); row++) {
      int last = step.tokens()[row].length - 1;
      for (int t = 0; t < width; t++) {
        plan[row * width + t] = step.tokens()[row][Math.min(t, last)];
        plan[positions + row * width + t] = step.starts()[row] + Math.min(t, last);
      }
    }
    for (int column = 0; column < look; column++) {
      plan[columns + column] = column;
    }
    for (int i = 0; i < picks.length; i++) {
      plan[columns + look + i] = picks[i] / step.width() * width + picks[i] % step.width();
    }
    return plan;
  }

  @Override
  public void close() {
    script.close();
    nothing.close();
  }
}
