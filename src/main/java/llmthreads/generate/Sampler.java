package llmthreads.generate;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Chooses tokens by a {@link Sampling} from logits, or from log-probabilities, which differ from
 * them by a constant only. Without state; for any number of threads.
 */
final class Sampler {
  private Sampler() {}

  /**
   * Changes a row's logits as the repetition penalty and the biases say.
   *
   * @param logits of several rows
   * @param from where this row begins
   * @param seen tokens of the prompt and of the answer so far
   */
  static void adjust(float[] logits, int from, int count, Sampling sampling, BitSet seen) {
    double penalty = sampling.repetitionPenalty();
    if (penalty != 1) {
      seen.stream()
          .map(token -> from + token)
          .forEach(
              i -> logits[i] = (float) (logits[i] > 0 ? logits[i] / penalty : logits[i] * penalty));
    }
    sampling
        .logitBias()
        .forEach(
            (token, bias) -> {
              if (token >= count) {
                throw new IllegalArgumentException(
                    "logitBias names token %d, the model's vocabulary has %d"
                        .formatted(token, count));
              }
              logits[from + token] += bias.floatValue();
            });
  }

  /** The likeliest token, the first of equals. */
  static int likeliest(float[] scores, int from, int count) {
    int best = 0;
    for (int token = 1; token < count; token++) {
      best = scores[from + token] > scores[from + best] ? token : best;
    }
    return best;
  }

  /**
   * The token that a random number chooses.
   *
   * @param scores logits or log-probabilities of several rows
   * @param from where this row begins
   * @param count tokens of the vocabulary
   * @param uniform in [0, 1)
   */
  static int choose(float[] scores, int from, int count, Sampling sampling, double uniform) {
    int[] candidates = sampling.cuts(count) ? candidates(scores, from, count, sampling) : null;
    int kept = candidates == null ? count : candidates.length;
    double[] cumulative = new double[kept];
    double sum = 0;
    double best = scores[from + likeliest(scores, from, count)];
    for (int i = 0; i < kept; i++) {
      int token = candidates == null ? i : candidates[i];
      sum += Math.exp((scores[from + token] - best) / sampling.temperature());
      cumulative[i] = sum;
    }
    requireNumbers(sum);
    int at = Arrays.binarySearch(cumulative, uniform * sum);
    at = at < 0 ? -at - 1 : at + 1;
    while (at > 0 && at < kept && cumulative[at] == cumulative[at - 1]) {
      at++;
    }
    at = Math.min(at, kept - 1);
    return candidates == null ? at : candidates[at];
  }

  /**
   * So many of the likeliest tokens, the likeliest first, of equals the one with the lower number.
   */
  static int[] likeliest(float[] scores, int from, int count, int most) {
    long[] order = new long[count];
    for (int token = 0; token < count; token++) {
      int bits = Float.floatToIntBits(0f - scores[from + token]);
      // The bits of negative numbers grow as the numbers fall: turned round, all grow together.
      order[token] = (long) (bits ^ bits >> 31 >>> 1) << 32 | token;
    }
    Arrays.sort(order);
    return Arrays.stream(order, 0, Math.min(most, count)).mapToInt(each -> (int) each).toArray();
  }

  /** Tokens within top-k, top-p and min-p, the likeliest first. */
  private static int[] candidates(float[] scores, int from, int count, Sampling sampling) {
    int[] order = likeliest(scores, from, count, sampling.topK() > 0 ? sampling.topK() : count);
    double best = scores[from + order[0]];
    double[] weights = new double[order.length];
    double sum = 0;
    for (int i = 0; i < order.length; i++) {
      weights[i] = Math.exp((scores[from + order[i]] - best) / sampling.temperature());
      sum += weights[i];
    }
    requireNumbers(sum);
    int kept = 0;
    double reached = 0;
    while (kept < order.length
        && weights[kept] >= sampling.minP()
        && (kept == 0 || reached < sampling.topP() * sum)) {
      reached += weights[kept++];
    }
    return Arrays.copyOf(order, Math.max(1, kept));
  }

  private static void requireNumbers(double sum) {
    if (!(sum > 0)) {
      throw new IllegalStateException(
          "The model's logits are no numbers: its weights are damaged, or its precision too low");
    }
  }
}
