package llmthreads.model;

/**
 * A step in the integers that the decoder's script takes.
 *
 * @param rows sequences times tokens of each as they are computed: one, or so many that the query
 *     rows of each key-value head come in multiples of {@link DecoderScript#QUERY_ROWS}
 * @param picks tokens whose logits are asked for
 * @param lists tokens, positions, columns looked at and picks, one behind the other
 * @param numbers sizes of the lists, slots and switches, in the script's order
 */
record StepPlan(int rows, int picks, long[] lists, long[] numbers) {
  /** Place of the query heads among the numbers. */
  private static final int HEADS = 7;

  /**
   * Checks a step and lays it out.
   *
   * @param heads query heads that are computed
   * @param picks numbers among {@code rows · width} tokens of the step
   * @throws IllegalArgumentException when the step does not fit the cache or the model
   */
  static StepPlan of(
      Config config, LayerRange range, KvCache cache, int heads, Step step, int... picks) {
    check(config, cache, step);
    int width = width(config, step);
    int look = Math.ceilDiv(step.end(), KvCache.BLOCK) * KvCache.BLOCK;
    long[] numbers = {
      step.rows(),
      width,
      width == 1 ? queryUnit(config) : width,
      look,
      picks.length,
      step.firstSlot(),
      width == step.width() ? step.commonStart() : -1,
      heads,
      range.from() == 0 ? 1 : 0,
      range.to() == config.layers() ? 1 : 0
    };
    return new StepPlan(
        step.rows() * width, picks.length, lists(step, width, look, picks), numbers);
  }

  /** The same for a shard with fewer query heads. */
  StepPlan withHeads(int heads) {
    long[] own = numbers.clone();
    own[HEADS] = heads;
    return new StepPlan(rows, picks, lists, own);
  }

  /** Bytes of a step's hidden states. */
  static long hiddenBytes(Config config, Precision precision, Step step) {
    long numbers = (long) step.rows() * width(config, step) * config.hiddenSize();
    return numbers * precision.type().bytes();
  }

  private static int width(Config config, Step step) {
    int width = step.width();
    int unit = queryUnit(config);
    return width == 1 ? 1 : Math.ceilDiv(width, unit) * unit;
  }

  private static int queryUnit(Config config) {
    int group = config.heads() / config.keyValueHeads();
    int unit = 1;
    while (unit * group % DecoderScript.QUERY_ROWS != 0) {
      unit++;
    }
    return unit;
  }

  private static long[] lists(Step step, int width, int look, int... picks) {
    int positions = step.rows() * width;
    int columns = 2 * positions;
    long[] lists = new long[columns + look + picks.length];
    for (int row = 0; row < step.rows(); row++) {
      int last = step.tokens()[row].length - 1;
      for (int t = 0; t < width; t++) {
        lists[row * width + t] = step.tokens()[row][Math.min(t, last)];
        lists[positions + row * width + t] = step.starts()[row] + Math.min(t, last);
      }
    }
    for (int column = 0; column < look; column++) {
      lists[columns + column] = column;
    }
    for (int i = 0; i < picks.length; i++) {
      lists[columns + look + i] = picks[i] / step.width() * width + picks[i] % step.width();
    }
    return lists;
  }

  private static void check(Config config, KvCache cache, Step step) {
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
}
