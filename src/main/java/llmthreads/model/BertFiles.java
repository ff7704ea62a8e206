package llmthreads.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llmthreads.model.EncoderConfig.Family;
import llmthreads.model.PublishedFiles.Factors;
import llmthreads.model.PublishedFiles.Linear;
import llmthreads.model.PublishedFiles.Matrix;

/**
 * BERT (arXiv 1810.04805) and what is built alike, from its published files. The stream begins as
 * {@code LayerNorm(word + position + type)}; every token sees every other, and a layer computes,
 * for each row {@code x},
 *
 * <pre>{@code
 * x' = LayerNorm(x + Wo · attention(Wq·x, Wk·x, Wv·x))
 * y  = LayerNorm(x' + Wdown · gelu(Wup·x'))
 * }</pre>
 *
 * <p>A head for classes reads the first token's row: {@code Wclass · tanh(Wdense·y)}. BERT's dense
 * matrix is its pooler, RoBERTa's belongs to the head.
 *
 * @param bare names of the encoder's tensors begin with nothing, not with its family
 */
record BertFiles(EncoderConfig config, WeightSource source, boolean bare) {
  private static final String CLASSIFICATION = "ForSequenceClassification";
  private static final String SEVERAL = "multi_label_classification";

  /** The files of a folder. */
  static BertFiles of(EncoderConfig config, WeightSource source) {
    String word = "embeddings.word_embeddings.weight";
    boolean prefixed = source.contains(config.family().prefix() + "." + word);
    return new BertFiles(config, source, !prefixed);
  }

  static EncoderConfig read(ConfigFields json) {
    String architecture =
        json.texts("architectures").stream()
            .findFirst()
            .orElseThrow(() -> new ModelException("the field 'architectures' is missing"));
    Family family = family(architecture);
    json.only("position_embedding_type", "absolute");
    boolean classifies = architecture.endsWith(CLASSIFICATION);
    return new EncoderConfig(
        family,
        json.integer("vocab_size"),
        json.integer("hidden_size"),
        json.integer("num_hidden_layers"),
        json.integer("num_attention_heads"),
        json.integer("intermediate_size"),
        json.integer("max_position_embeddings") - family.firstPosition(),
        json.integer("type_vocab_size"),
        json.number("layer_norm_eps"),
        gelu(json),
        classifies ? labels(json) : List.of(),
        json.text("problem_type", "").equals(SEVERAL));
  }

  private static Family family(String architecture) {
    for (Family family : Family.values()) {
      String rest =
          architecture.startsWith(family.published())
              ? architecture.substring(family.published().length())
              : "";
      if (rest.equals("Model") || rest.startsWith("For")) {
        return family;
      }
    }
    throw new ModelException(
        "architecture %s is no encoder that is read here, only those of %s are"
            .formatted(
                architecture,
                Arrays.stream(Family.values())
                    .map(family -> family.published() + "Model")
                    .collect(Collectors.joining(", "))));
  }

  private static Gelu gelu(ConfigFields json) {
    String name = json.text("hidden_act", "gelu");
    return switch (name) {
      case "gelu" -> Gelu.EXACT;
      case "gelu_new", "gelu_pytorch_tanh" -> Gelu.TANH;
      default ->
          throw new ModelException(
              "hidden_act %s is not supported, only gelu and gelu_new are".formatted(name));
    };
  }

  /** The labels in the order of their numbers; two without names where none is given. */
  private static List<String> labels(ConfigFields json) {
    if (!json.has("id2label")) {
      int count = json.integer("num_labels", 2);
      return IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList();
    }
    ConfigFields names = json.object("id2label");
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < names.json().size(); i++) {
      if (!names.has(String.valueOf(i))) {
        throw new ModelException(
            "id2label names %d labels, but none is number %d".formatted(names.json().size(), i));
      }
      labels.add(names.text(String.valueOf(i), ""));
    }
    return labels;
  }

  /** Embeddings of words, positions and types, {@code [rows, hidden]}. */
  List<Safetensors.Entry> embeddings() {
    int hidden = config.hiddenSize();
    int positions = config.context() + config.family().firstPosition();
    String at = prefix() + "embeddings.";
    return List.of(
        source.get(at + "word_embeddings.weight", config.vocabularySize(), hidden),
        source.get(at + "position_embeddings.weight", positions, hidden),
        source.get(at + "token_type_embeddings.weight", config.textTypes(), hidden));
  }

  Factors embeddingNorm() {
    return norm(prefix() + "embeddings.LayerNorm");
  }

  /** One layer's matrices in their order, and the norms behind the second and the fourth. */
  Layer layer(int layer) {
    int hidden = config.hiddenSize();
    int wide = config.feedForwardSize();
    String at = prefix() + "encoder.layer." + layer + ".";
    String self = at + "attention.self.";
    return new Layer(
        List.of(
            linear(
                matrix(self + "query", hidden, hidden).times(1 / Math.sqrt(config.headSize())),
                matrix(self + "key", hidden, hidden),
                matrix(self + "value", hidden, hidden)),
            linear(matrix(at + "attention.output.dense", hidden, hidden)),
            linear(matrix(at + "intermediate.dense", wide, hidden)),
            linear(matrix(at + "output.dense", hidden, wide))),
        List.of(norm(at + "attention.output.LayerNorm"), norm(at + "output.LayerNorm")));
  }

  /**
   * A layer.
   *
   * @param linears queries, keys and values; what reads the heads; up; down
   * @param norms behind attention, and behind the feed-forward part
   */
  record Layer(List<Linear> linears, List<Factors> norms) {}

  /** The dense matrix of the head for classes and the one behind it; none without a head. */
  List<Linear> head() {
    if (config.labels().isEmpty()) {
      return List.of();
    }
    int hidden = config.hiddenSize();
    int labels = config.labels().size();
    return switch (config.family()) {
      case BERT ->
          List.of(
              linear(matrix(prefix() + "pooler.dense", hidden, hidden)),
              linear(matrix("classifier", labels, hidden)));
      case ROBERTA, XLM_ROBERTA ->
          List.of(
              linear(matrix("classifier.dense", hidden, hidden)),
              linear(matrix("classifier.out_proj", labels, hidden)));
    };
  }

  private static Linear linear(Matrix... matrices) {
    return new Linear(Optional.empty(), List.of(matrices));
  }

  private Matrix matrix(String name, int outputs, int inputs) {
    return new Matrix(
        source.get(name + ".weight", outputs, inputs),
        Optional.of(source.get(name + ".bias", outputs)),
        1);
  }

  /** A norm's numbers, which files from before PyTorch call gamma and beta. */
  private Factors norm(String name) {
    boolean older = !source.contains(name + ".weight") && source.contains(name + ".gamma");
    int size = config.hiddenSize();
    return new Factors(
        source.get(name + (older ? ".gamma" : ".weight"), size),
        Optional.of(source.get(name + (older ? ".beta" : ".bias"), size)));
  }

  private String prefix() {
    return bare ? "" : config.family().prefix() + ".";
  }
}
