package llmthreads.generate;

/**
 * How the next token is chosen from a model's probabilities.
 *
 * @param temperature logits are divided by it; 0 takes the likeliest token always
 * @param topK only the k likeliest tokens may be chosen; 0 for all
 * @param topP only the likeliest tokens that together reach this probability may be chosen (nucleus
 *     sampling, arXiv 1904.09751); 1 for all
 * @param seed of the random numbers, which depend on it, on the prompt's number and on the token's
 *     position, and on nothing else: neither worker nor batch changes a choice
 */
public record Sampling(double temperature, int topK, double topP, long seed) {
  /** Checks the ranges. */
  public Sampling {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be 0 (greedy) or more, it is " + temperature);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("topK must be 0 (all tokens) or more, it is " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "topP must be above 0 and at most 1 (all tokens), it is " + topP);
    }
  }

  /** Always the likeliest token. */
  public static Sampling greedy() {
    return new Sampling(0, 0, 1, 0);
  }

  /** A token drawn by the model's probabilities at a temperature. */
  public static Sampling random(double temperature, long seed) {
    return new Sampling(temperature, 0, 1, seed);
  }

  /** The same with another k. */
  public Sampling withTopK(int k) {
    return new Sampling(temperature, k, topP, seed);
  }

  /** The same with another p. */
  public Sampling withTopP(double p) {
    return new Sampling(temperature, topK, p, seed);
  }

  /** Whether the likeliest token is taken always. */
  public boolean isGreedy() {
    return temperature == 0;
  }
}
