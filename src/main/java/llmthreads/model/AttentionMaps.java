package llmthreads.model;

import java.util.Arrays;
import llmthreads.script.Tensor;

/**
 * How much each token of a text looks at each other one, in every layer and head of a decoder. What
 * a token must not see, those behind it or those that have left its window, has exactly 0.
 *
 * <p>It says where a head reads, not what it does with that: only a run without the head tells
 * whether the answer needs it.
 *
 * @param layers of the decoder
 * @param heads query heads of a layer
 * @param tokens of the text
 * @param weights {@code [layers, heads, tokens, tokens]}, row-major; each row, what one token looks
 *     at, sums to 1
 */
public record AttentionMaps(int layers, int heads, int tokens, float[] weights) {
  /** Checks that there are as many weights as the shape says. */
  public AttentionMaps {
    if (weights.length != layers * heads * tokens * tokens) {
      throw new IllegalArgumentException(
          "%d layers of %d heads over %d tokens have %d weights, %d were given"
              .formatted(layers, heads, tokens, layers * heads * tokens * tokens, weights.length));
    }
  }

  /**
   * Those of a text among the rows and columns that were computed beside them.
   *
   * @param computed {@code [layers, heads, rows, columns]}
   */
  static AttentionMaps of(Tensor computed, int tokens) {
    int[] shape = Arrays.stream(computed.shape()).mapToInt(Math::toIntExact).toArray();
    float[] all = computed.toFloats();
    float[] kept = new float[shape[0] * shape[1] * tokens * tokens];
    for (int map = 0; map < shape[0] * shape[1]; map++) {
      for (int token = 0; token < tokens; token++) {
        int from = (map * shape[2] + token) * shape[3];
        System.arraycopy(all, from, kept, (map * tokens + token) * tokens, tokens);
      }
    }
    return new AttentionMaps(shape[0], shape[1], tokens, kept);
  }

  /**
   * What one token looks at: a share for each token of the text, {@code [tokens]}.
   *
   * @param layer from 0
   * @param head from 0
   * @param token the one that looks, from 0
   */
  public double[] row(int layer, int head, int token) {
    checkIndex("layer", layer, layers);
    checkIndex("head", head, heads);
    checkIndex("token", token, tokens);
    int from = ((layer * heads + head) * tokens + token) * tokens;
    double[] row = new double[tokens];
    Arrays.setAll(row, seen -> weights[from + seen]);
    return row;
  }

  /**
   * The part of a token's attention that falls on some tokens, between 0 and 1.
   *
   * @param from the first of those looked at
   * @param to behind the last
   */
  public double share(int layer, int head, int token, int from, int to) {
    return Arrays.stream(row(layer, head, token), from, to).sum();
  }

  /** Whether another run gave the same weights, to the bit. */
  public boolean sameBits(AttentionMaps other) {
    return layers == other.layers
        && heads == other.heads
        && tokens == other.tokens
        && Arrays.equals(weights, other.weights);
  }

  private static void checkIndex(String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(
          "There is no %s %d: they are numbered 0 to %d".formatted(what, index, count - 1));
    }
  }
}
