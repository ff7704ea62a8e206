package llmthreads.train;

/**
 * The sizes of a LLaMA-style decoder to train.
 *
 * @param vocabulary tokens it knows
 * @param width of a token's vector
 * @param layers one after the other
 * @param heads of each attention, for queries
 * @param keyHeads heads for keys and values, each shared by {@code heads / keyHeads} query heads
 * @param feedForward width inside the feed-forward part
 * @param context most tokens in one sequence
 */
public record DecoderShape(
    int vocabulary,
    int width,
    int layers,
    int heads,
    int keyHeads,
    int feedForward,
    int context) {
  static final double NORM_EPSILON = 1e-5;
  static final double ROPE_BASE = 10_000;

  /** Width of one head. */
  public int headSize() {
    return width / heads;
  }

  /** How many numbers the decoder is made of; the embedding serves as output layer too. */
  public long parameters() {
    long attention = 2L * width * width + 2L * width * keyHeads * headSize();
    return (long) vocabulary * width
        + layers * (attention + 3L * width * feedForward + 2L * width)
        + width;
  }
}
