package llmthreads.model;

/**
 * What a decoder's layers are made of, where published models differ.
 *
 * @param architecture whose published files it has
 * @param positions how tokens know their position
 * @param norm what is before each part of a layer, and before the head
 * @param feedForward what the part behind attention computes
 * @param attentionBias where attention's matrices add a number of their own to each column
 * @param feedForwardBias whether the feed-forward part's matrices do so
 * @param headNorms whether each query and key head is normed before it turns
 * @param window how many tokens a token sees, itself included; 0 for all before it
 */
public record Design(
    Architecture architecture,
    Positions positions,
    Norm norm,
    FeedForward feedForward,
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

  /** How rows are brought to one size. */
  public enum Norm {
    /** Divided by the root of their mean square (Zhang and Sennrich, arXiv 1910.07467). */
    RMS,
    /**
     * The mean taken away, divided by the deviation, a bias added (Ba et al., arXiv 1607.06450).
     */
    LAYER
  }

  /** What a layer computes behind attention. */
  public enum FeedForward {
    /** {@code silu(gate) ∘ up} between its matrices (Shazeer, arXiv 2002.05202). */
    GATED_SILU,
    /** {@code gelu(up)}, by its form with a tanh (Hendrycks and Gimpel, arXiv 1606.08415). */
    GELU
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
    return gated(Architecture.LLAMA, Rotary.plain(theta), AttentionBias.NONE, false, false, 0);
  }

  /** The LLaMA family's layers: RMSNorm, a rotary embedding, a gated feed-forward part. */
  static Design gated(
      Architecture architecture,
      Rotary rotary,
      AttentionBias attentionBias,
      boolean feedForwardBias,
      boolean headNorms,
      int window) {
    return new Design(
        architecture,
        rotary,
        Norm.RMS,
        FeedForward.GATED_SILU,
        attentionBias,
        feedForwardBias,
        headNorms,
        window);
  }

  /**
   * The rotary embedding of a design that has one.
   *
   * @throws IllegalStateException when its positions are learned
   */
  public Rotary rotary() {
    return switch (positions) {
      case Rotary rotary -> rotary;
      case Positions.Learned _ ->
          throw new IllegalStateException("%s has no rotary embedding".formatted(architecture));
    };
  }

  /**
   * Whether any matrix of a layer has a bias; the others then have one of zeros. What a LayerNorm
   * adds becomes a bias of the matrix behind it.
   */
  boolean biased() {
    return attentionBias != AttentionBias.NONE
        || feedForwardBias
        || norm == Norm.LAYER
        || feedForward == FeedForward.GELU;
  }

  /**
   * Tensors of one layer: its four matrices, each in so many parts, their biases where there are
   * any, the weights of head norms where there are any.
   */
  int layerTensors(int parts) {
    return 4 * parts + (biased() ? 4 : 0) + (headNorms ? 1 : 0);
  }
}
