package llmthreads.model;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * How the models of some architectures are published: the fields of {@code config.json}, and the
 * names and forms of their tensors.
 */
sealed interface PublishedFiles permits LlamaFiles, Gpt2Files {
  /** Reads {@code config.json}. */
  Config read(ConfigFields json);

  /** Adds what {@link #read} reads, but for the tokens. */
  void write(Config config, JsonObject json);

  /** The embedding of tokens, {@code [vocabulary, hidden]}. */
  Safetensors.Entry embedding(Config config, WeightSource source);

  /** The embedding of positions, {@code [context, hidden]}, where they have one. */
  Optional<Safetensors.Entry> positions(Config config, WeightSource source);

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
   * @param norm what the norm before them multiplies and adds, if there is a norm
   */
  record Linear(Optional<Factors> norm, List<Matrix> matrices) {}

  /**
   * What a norm multiplies each column by, and what a LayerNorm then adds.
   *
   * @param weights {@code [columns]}
   * @param bias {@code [columns]}
   */
  record Factors(Safetensors.Entry weights, Optional<Safetensors.Entry> bias) {}

  /**
   * One matrix.
   *
   * @param weights {@code [outputs, inputs]}
   * @param bias added to the outputs, {@code [outputs]}
   * @param scale that the outputs are multiplied by, bias and all
   */
  record Matrix(Safetensors.Entry weights, Optional<Safetensors.Entry> bias, double scale) {
    /** A matrix as it is. */
    static Matrix of(Safetensors.Entry weights) {
      return new Matrix(weights, Optional.empty(), 1);
    }

    /** Some of its outputs. */
    Matrix outputs(int from, int to) {
      return new Matrix(weights.rows(from, to), bias.map(all -> all.rows(from, to)), scale);
    }

    /** The same with its outputs multiplied. */
    Matrix times(double factor) {
      return new Matrix(weights, bias, scale * factor);
    }
  }
}
