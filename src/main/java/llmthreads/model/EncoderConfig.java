package llmthreads.model;

import java.nio.file.Path;
import java.util.List;

/**
 * The shape of an encoder, as its {@code config.json} states it.
 *
 * @param family whose published files it has
 * @param vocabularySize tokens that the embedding knows
 * @param hiddenSize width of the stream that runs through the layers
 * @param layers encoder layers
 * @param heads of a layer, which share the stream's width evenly
 * @param feedForwardSize width inside the feed-forward part
 * @param context the most tokens a text may have, special ones included
 * @param textTypes kinds of text that tokens may belong to: the first and the second of a pair
 * @param normEpsilon added to the variance in a norm
 * @param gelu which form of it the feed-forward part computes
 * @param labels what a text may be classified as; none where the model has no such head
 * @param severalLabels whether several of them may hold at once
 */
public record EncoderConfig(
    Family family,
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int feedForwardSize,
    int context,
    int textTypes,
    double normEpsilon,
    Gelu gelu,
    List<String> labels,
    boolean severalLabels) {
  /** Checks that the numbers can belong to one model. */
  public EncoderConfig {
    labels = List.copyOf(labels);
    Config.positive("vocab_size", vocabularySize);
    Config.positive("hidden_size", hiddenSize);
    Config.positive("num_hidden_layers", layers);
    Config.positive("num_attention_heads", heads);
    Config.positive("intermediate_size", feedForwardSize);
    Config.positive("max_position_embeddings", context);
    Config.positive("type_vocab_size", textTypes);
    Config.headSize(hiddenSize, heads);
  }

  /** Inputs of the matrix that has the most. */
  int mostInputs() {
    return Math.max(hiddenSize, feedForwardSize);
  }

  /** Who publishes encoders so. */
  public enum Family {
    /** BERT (Devlin et al., arXiv 1810.04805) and MiniLM. */
    BERT("Bert", "bert", 0),
    /** RoBERTa (Liu et al., arXiv 1907.11692). */
    ROBERTA("Roberta", "roberta", 2),
    /** XLM-RoBERTa (Conneau et al., arXiv 1911.02116). */
    XLM_ROBERTA("XLMRoberta", "roberta", 2);

    private final String published;
    private final String prefix;
    private final int firstPosition;

    Family(String published, String prefix, int firstPosition) {
      this.published = published;
      this.prefix = prefix;
      this.firstPosition = firstPosition;
    }

    /** What its names in the field {@code architectures} begin with. */
    public String published() {
      return published;
    }

    /** What names of tensors begin with in files that hold a head too. */
    String prefix() {
      return prefix;
    }

    /** Which row of the embedding of positions is a text's first. */
    int firstPosition() {
      return firstPosition;
    }
  }

  /**
   * Reads {@code config.json} of a model's folder.
   *
   * @throws ModelException when the file is missing, a field is missing or wrong, or the
   *     architecture is another
   */
  public static EncoderConfig read(Path folder) {
    return ConfigFields.read(folder.resolve("config.json"), BertFiles::read);
  }

  /** Width of one head. */
  public int headSize() {
    return hiddenSize / heads;
  }
}
