package llmthreads.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The shape of a decoder, as its {@code config.json} states it.
 *
 * @param vocabularySize tokens that the embedding knows
 * @param hiddenSize width of the stream that runs through the layers
 * @param layers decoder layers
 * @param heads query heads of a layer
 * @param keyValueHeads key and value heads of a layer; {@code heads} is a multiple of it
 * @param headSize width of one head, even where it turns
 * @param feedForwardSize width inside the feed-forward part
 * @param context the most tokens a sequence may have, prompt and answer together
 * @param normEpsilon added to the mean square, or the variance, in a norm
 * @param tiedEmbeddings whether the output head is the embedding itself
 * @param beginToken the token put before a text, or -1 for none
 * @param endTokens the tokens that end an answer
 * @param design what the layers are made of
 */
public record Config(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int feedForwardSize,
    int context,
    double normEpsilon,
    boolean tiedEmbeddings,
    int beginToken,
    List<Integer> endTokens,
    Design design) {
  /** Checks that the numbers can belong to one model. */
  public Config {
    endTokens = List.copyOf(endTokens);
    positive("vocab_size", vocabularySize);
    positive("hidden_size", hiddenSize);
    positive("num_hidden_layers", layers);
    positive("num_attention_heads", heads);
    positive("num_key_value_heads", keyValueHeads);
    positive("head_dim", headSize);
    positive("intermediate_size", feedForwardSize);
    positive("max_position_embeddings", context);
    if (heads % keyValueHeads != 0) {
      throw new ModelException(
          "num_attention_heads %d is no multiple of num_key_value_heads %d"
              .formatted(heads, keyValueHeads));
    }
    if (headSize % 2 != 0 && design.positions() instanceof Rotary) {
      throw new ModelException(
          "head_dim %d is odd: the rotary embedding turns pairs".formatted(headSize));
    }
    for (int token : endTokens) {
      if (token < 0 || token >= vocabularySize) {
        throw new ModelException(
            "eos_token_id %d lies outside the vocabulary of %d".formatted(token, vocabularySize));
      }
    }
    if (beginToken >= vocabularySize) {
      throw new ModelException(
          "bos_token_id %d lies outside the vocabulary of %d"
              .formatted(beginToken, vocabularySize));
    }
  }

  /**
   * The shape of a plain LLaMA.
   *
   * @param ropeTheta base of the rotary embedding's angles
   */
  public Config(
      int vocabularySize,
      int hiddenSize,
      int layers,
      int heads,
      int keyValueHeads,
      int headSize,
      int feedForwardSize,
      int context,
      double normEpsilon,
      double ropeTheta,
      boolean tiedEmbeddings,
      int beginToken,
      List<Integer> endTokens) {
    this(
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headSize,
        feedForwardSize,
        context,
        normEpsilon,
        tiedEmbeddings,
        beginToken,
        endTokens,
        Design.llama(ropeTheta));
  }

  /**
   * Reads {@code config.json} of a model's folder, and the end tokens of {@code
   * generation_config.json}, where that names some.
   *
   * @throws ModelException when the file is missing, a field is missing or wrong, or the
   *     architecture is another
   */
  public static Config read(Path folder) {
    Config config = ConfigFields.read(folder.resolve("config.json"), Config::of);
    Path generation = folder.resolve("generation_config.json");
    return Files.exists(generation)
        ? ConfigFields.read(generation, config::withEndTokensOf)
        : config;
  }

  /** Writes {@code config.json} in the published layout, with {@code torch_dtype} as given. */
  public void write(Path folder, String dtype) {
    JsonObject json = new JsonObject();
    JsonArray architectures = new JsonArray();
    architectures.add(design.architecture().published());
    json.add("architectures", architectures);
    json.addProperty("model_type", design.architecture().type());
    design.architecture().files().write(this, json);
    if (beginToken >= 0) {
      json.addProperty("bos_token_id", beginToken);
    }
    ConfigFields.addIntegers(json, "eos_token_id", endTokens);
    json.addProperty("torch_dtype", dtype);
    Path file = folder.resolve("config.json");
    try {
      var gson = new GsonBuilder().setPrettyPrinting().serializeNulls().create();
      Files.writeString(file, gson.toJson(json) + "\n");
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  /** Width of all query heads together. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** Width of all key heads together, which is that of the value heads too. */
  public int keyValueWidth() {
    return keyValueHeads * headSize;
  }

  /** How many inputs its matrices have. */
  int[] inputs() {
    return new int[] {hiddenSize, queryWidth(), feedForwardSize};
  }

  /** Numbers in the weights, the tied head counted once. */
  public long parameters() {
    long attention = 2L * hiddenSize * (queryWidth() + keyValueWidth());
    long headNorms = design.headNorms() ? 2L * headSize : 0;
    long matrices = feedForwardInputs() + 1L;
    long norm = hiddenSize * (design.norm() == Design.Norm.LAYER ? 2L : 1);
    long layer = attention + matrices * hiddenSize * feedForwardSize + 2 * norm;
    long embedding = (long) vocabularySize * hiddenSize * (tiedEmbeddings ? 1 : 2);
    long positions =
        design.positions() instanceof Positions.Learned ? (long) context * hiddenSize : 0;
    return layers * (layer + biases() + headNorms) + embedding + positions + norm;
  }

  /** Matrices that read the input of the feed-forward part: gate and up, or up alone. */
  public int feedForwardInputs() {
    return switch (design.feedForward()) {
      case GATED_SILU -> 2;
      case GELU -> 1;
    };
  }

  private long biases() {
    long in = queryWidth() + 2L * keyValueWidth();
    long attention =
        switch (design.attentionBias()) {
          case NONE -> 0;
          case INPUTS -> in;
          case ALL -> in + hiddenSize;
        };
    long wide = (long) feedForwardInputs() * feedForwardSize;
    return attention + (design.feedForwardBias() ? wide + hiddenSize : 0);
  }

  private static Config of(ConfigFields json) {
    List<String> architectures = json.texts("architectures");
    if (architectures.isEmpty()) {
      throw new ModelException("the field 'architectures' is missing");
    }
    return Architecture.named(architectures.getFirst()).files().read(json);
  }

  private Config withEndTokensOf(ConfigFields generation) {
    List<Integer> ends = generation.integers("eos_token_id");
    return ends.isEmpty()
        ? this
        : new Config(
            vocabularySize,
            hiddenSize,
            layers,
            heads,
            keyValueHeads,
            headSize,
            feedForwardSize,
            context,
            normEpsilon,
            tiedEmbeddings,
            beginToken,
            ends,
            design);
  }

  /** The head size of a model whose file does not state one. */
  static int headSize(int hidden, int heads) {
    if (heads < 1 || hidden % heads != 0) {
      throw new ModelException(
          "hidden_size %d is no multiple of num_attention_heads %d".formatted(hidden, heads));
    }
    return hidden / heads;
  }

  static void positive(String field, int value) {
    if (value < 1) {
      throw new ModelException("%s must be at least 1, it is %d".formatted(field, value));
    }
  }
}
