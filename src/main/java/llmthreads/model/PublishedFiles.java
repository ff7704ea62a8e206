package llmthreads.model;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * How the models of some architectures are published: the fields of {@code config.json}, and the
 * names and forms of their tensors.
 */
sealed interface PublishedFiles permits LlamaFiles {
  /** Reads {@code config.json}. */
  Config read(ConfigFields json);

  /** Adds what {@link #read} reads, but for the tokens. */
  void write(Config config, JsonObject json);

  /** The embedding of tokens, {@code [vocabulary, hidden]}. */
  Safetensors.Entry embedding(Config config, WeightSource source);

  /** One layer. */
  Layer layer(Config config, WeightSource source, int layer);

  /** What makes logits of the last layer's output. */
  Linear head(Config config, WeightSource source);

  /**
   * The four linear layers of a decoder's layer.
   *
   * @param attentionIn queries, keys and values
   * @param attentionOut what reads the heads
   * @param feedForwardIn gate and up, or up alone
   * @param feedForwardOut what reads those
   * @param headNorms norms of query and key heads, where the design has them
   */
  record Layer(
      Linear attentionIn,
      Linear attentionOut,
      Linear feedForwardIn,
      Linear feedForwardOut,
      Optional<HeadNorms> headNorms) {
    List<Linear> all() {
      return List.of(attentionIn, attentionOut, feedForwardIn, feedForwardOut);
    }
  }

  /** What the norm of a query head, and of a key head, multiplies by, {@code [headSize]}. */
  record HeadNorms(Safetensors.Entry query, Safetensors.Entry key) {}

  /**
   * Matrices that read the same columns, their outputs side by side.
   *
   * @param norm what the norm before them multiplies each column by, if there is a norm
   */
  record Linear(Optional<Safetensors.Entry> norm, List<Matrix> matrices) {}

  /**
   * One matrix.
   *
   * @param weights {@code [outputs, inputs]}
   * @param bias added to the outputs
   */
  record Matrix(Safetensors.Entry weights, Optional<Safetensors.Entry> bias) {}
}
