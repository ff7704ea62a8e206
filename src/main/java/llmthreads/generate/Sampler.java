package llmthreads.generate;

import java.util.Arrays;

/**
 * Draws tokens from log-probabilities by a {@link Sampling}. Without state; for any number of
 * threads.
 */
final class Sampler {
  private Sampler() {}

  /**
   * The token that a random number chooses.
   *
   * @param scores log-probabilities of several rows
   * @param from where this row begins
   * @param count tokens of the vocabulary
   * @param uniform in [0, 1)
   */
  static int choose(float[] scores, int from, int count, Sampling sampling, double uniform) {
    boolean cut = sampling.topK() > 0 && sampling.topK() < count || sampling.topP() < 1;
    long[] candidates = cut ? likeliest(scores, from, count, sampling) : null;
    int kept = cut ? candidates.length : count;
    double[] cumulative = new double[kept];
    double sum = 0;
    float best = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      best = Math.max(best, scores[from + i]);
    }
    for (int i = 0; i < kept; i++) {
      int token = cut ? (int) candidates[i] : i;
      sum += Math.exp((scores[from + token] - (double) best) / sampling.temperature());
      cumulative[i] = sum;
    }
    if (!(sum > 0)) {
      throw new IllegalStateException(
          "The model's logits are no numbers: its weights are damaged, or its precision too low");
    }
    int at = Arrays.binarySearch(cumulative, uniform * sum);
    at = at < 0 ? -at - 1 : at + 1;
    while (at > 0 && at < kept && cumulative[at] == cumulative[at - 1]) {
      at++;
    }
    at = Math.min(at, kept - 1);
    return cut ? (int) candidates[at] : at;
  }

  /**
   * Tokens within top-k and top-p, the likeliest first, of equals the one with the lower number.
   */
  private static long[] likeliest(float[] scores, int from, int count, Sampling sampling) {
    long[] order = new long[count];
    for (int token = 0; token < count; token++) {
      // Log-probabilities are at most 0: the bits of their negative grow as they fall.
      order[token] = (long) Float.floatToIntBits(0f - scores[from + token]) << 32 | token;
    }
    Arrays.sort(order);
    int kept = sampling.topK() > 0 ? Math.min(sampling.topK(), count) : count;
    for (int i = 0; i < count; i++) {
      order[i] &= 0xFFFFFFFFL;
    }
    if (sampling.topP() < 1) {
      double best = scores[from + (int) order[0]];
      double[] weights = new double[kept];
      double sum = 0;
      for (int i = 0; i < kept; i++) {
        weights[i] = Math.exp((scores[from + (int) order[i]] - best) / sampling.temperature());
        sum += weights[i];
      }
      double reached = 0;
      for (int i = 0; i < kept; i++) {
        reached += weights[i];
        if (reached >= sampling.topP() * sum) {
          kept = i + 1;
        }
      }
    }
    return Arrays.copyOf(order, kept);
  }
}
