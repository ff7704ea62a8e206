package llmthreads.generate;

import java.util.Arrays;
import java.util.List;

/**
 * What a model answered to one prompt.
 *
 * @param promptIndex number of the prompt in the list that was asked for
 * @param promptTokens length of the prompt
 * @param tokens chosen ones, an end token included
 * @param logProbabilities of the chosen tokens, in nats, of the model itself: before penalties,
 *     biases and temperature
 * @param text of the tokens, without special ones and before a stop string; empty for a model
 *     without tokenizer
 * @param finishReason why it ended
 * @param likeliest for each token, what else was likely, the likeliest first; empty unless the
 *     options asked for it
 * @param logits {@code [tokens][vocabulary]} when the options asked to keep them, else null
 */
public record Completion(
    int promptIndex,
    int promptTokens,
    int[] tokens,
    float[] logProbabilities,
    String text,
    FinishReason finishReason,
    List<List<TokenChance>> likeliest,
    float[][] logits) {
  /** Takes its own copy of the list. */
  public Completion {
    likeliest = List.copyOf(likeliest);
  }

  /**
   * Whether another run gave the same answer: the same tokens, and every number the same to the
   * bit.
   */
  public boolean sameBits(Completion other) {
    if (promptIndex != other.promptIndex
        || !Arrays.equals(tokens, other.tokens)
        || !Arrays.equals(bits(logProbabilities), bits(other.logProbabilities))) {
      return false;
    }
    if (logits != null && other.logits != null) {
      for (int i = 0; i < logits.length; i++) {
        if (!Arrays.equals(bits(logits[i]), bits(other.logits[i]))) {
          return false;
        }
      }
    }
    return true;
  }

  /** The text. */
  @Override
  public String toString() {
    return text.isEmpty() ? Arrays.toString(tokens) : text;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
