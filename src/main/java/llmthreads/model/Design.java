package llmthreads.model;

/**
 * What a decoder's layers are made of, where published models differ.
 *
 * @param architecture whose published files it has
 * @param rotary how tokens know their position
 * @param attentionBias where attention's matrices add a number of their own to each column
 * @param feedForwardBias whether the feed-forward part's matrices do so
 * @param headNorms whether each query and key head is normed before it turns
 * @param window how many tokens a token sees, itself included; 0 for all before it
 */
public record Design(
    Architecture architecture,
    Rotary rotary,
    AttentionBias attentionBias,
    boolean feedForwardBias,
    boolean headNorms,
    int window) {
  /** Checks the window. */
  public Design {
    if (window < 0) {
      throw new ModelException("sliding_window must be at least 1 token, it is " + window);
    }
  }

  /** Which matrices of attention have a bias. */
  public enum AttentionBias {
    /** None. */
    NONE,
    /** Those of queries, keys and values. */
    INPUTS,
    /** Those of queries, keys, values, and the one behind the heads. */
    ALL
  }

  /** LLaMA's first design: no biases, no window, plain frequencies. */
  public static Design llama(double theta) {
    return new Design(Architecture.LLAMA, Rotary.plain(theta), AttentionBias.NONE, false, false, 0);
  }

  /** Whether any matrix of a layer has a bias; the others then have one of zeros. */
  boolean biased() {
    return attentionBias != AttentionBias.NONE || feedForwardBias;
  }

  /**
   * Tensors of one layer: its four matrices, their biases where there are any, the weights of head
   * norms where there are any.
   */
  int layerTensors() {
    return (biased() ? 8 : 4) + (headNorms ? 1 : 0);
  }
}
