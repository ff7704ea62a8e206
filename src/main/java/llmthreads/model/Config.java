package llmthreads.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The shape of a LLaMA-style decoder, as its {@code config.json} states it.
 *
 * @param vocabularySize tokens that the embedding knows
 * @param hiddenSize width of the stream that runs through the layers
 * @param layers decoder layers
 * @param heads query heads of a layer
 * @param keyValueHeads key and value heads of a layer; {@code heads} is a multiple of it
 * @param headSize width of one head, even
 * @param feedForwardSize width inside the feed-forward part
 * @param context the most tokens a sequence may have, prompt and answer together
 * @param normEpsilon added to the mean square in RMSNorm
 * @param ropeTheta base of the rotary embedding's angles
 * @param tiedEmbeddings whether the output head is the embedding itself
 * @param beginToken the token put before a text, or -1 for none
 * @param endTokens the tokens that end an answer
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
    double ropeTheta,
    boolean tiedEmbeddings,
    int beginToken,
    List<Integer> endTokens) {
  private static final String LLAMA = "LlamaForCausalLM";

  /** The architectures that are read, as the field {@code architectures} names them. */
  public static final Set<String> ARCHITECTURES = Set.of(LLAMA);

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
    if (headSize % 2 != 0) {
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
   * Reads {@code config.json} of a model's folder.
   *
   * @throws ModelException when the file is missing, a field is missing or wrong, or the
   *     architecture is another
   */
  public static Config read(Path folder) {
    Path file = folder.resolve("config.json");
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      return of(json);
    } catch (NoSuchFileException e) {
      throw new ModelException(
          ("There is no file %s: give the folder of a model, with config.json, "
                  + "model.safetensors and tokenizer.json")
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e), e);
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw new ModelException(
          "%s is not the JSON of a model: %s".formatted(file, e.getMessage()), e);
    } catch (ModelException e) {
      throw new ModelException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Writes {@code config.json} in the published layout, with {@code torch_dtype} as given. */
  public void write(Path folder, String dtype) {
    JsonObject json = new JsonObject();
    JsonArray architectures = new JsonArray();
    architectures.add(LLAMA);
    json.add("architectures", architectures);
    json.addProperty("model_type", "llama");
    json.addProperty("vocab_size", vocabularySize);
    json.addProperty("hidden_size", hiddenSize);
    json.addProperty("num_hidden_layers", layers);
    json.addProperty("num_attention_heads", heads);
    json.addProperty("num_key_value_heads", keyValueHeads);
    json.addProperty("head_dim", headSize);
    json.addProperty("intermediate_size", feedForwardSize);
    json.addProperty("max_position_embeddings", context);
    json.addProperty("rms_norm_eps", normEpsilon);
    json.addProperty("rope_theta", ropeTheta);
    json.addProperty("hidden_act", "silu");
    json.addProperty("attention_bias", false);
    json.addProperty("mlp_bias", false);
    json.addProperty("tie_word_embeddings", tiedEmbeddings);
    if (beginToken >= 0) {
      json.addProperty("bos_token_id", beginToken);
    }
    if (endTokens.size() == 1) {
      json.addProperty("eos_token_id", endTokens.getFirst());
    } else if (!endTokens.isEmpty()) {
      JsonArray ends = new JsonArray();
      endTokens.forEach(ends::add);
      json.add("eos_token_id", ends);
    }
    json.addProperty("torch_dtype", dtype);
    Path file = folder.resolve("config.json");
    try {
      Files.writeString(file, new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n");
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

  /** Numbers in the weights, the tied head counted once. */
  public long parameters() {
    long attention = 2L * hiddenSize * (queryWidth() + keyValueWidth());
    long layer = attention + 3L * hiddenSize * feedForwardSize + 2L * hiddenSize;
    long embedding = (long) vocabularySize * hiddenSize * (tiedEmbeddings ? 1 : 2);
    return layers * layer + embedding + hiddenSize;
  }

  private static Config of(JsonObject json) {
    String architecture = architecture(json);
    if (!ARCHITECTURES.contains(architecture)) {
      throw new ModelException(
          "architecture %s is not supported, only %s is"
              .formatted(architecture, String.join(", ", ARCHITECTURES)));
    }
    refuseUnlessDefault(json, "hidden_act", "silu");
    refuseUnlessDefault(json, "attention_bias", "false");
    refuseUnlessDefault(json, "mlp_bias", "false");
    int heads = integer(json, "num_attention_heads");
    int hidden = integer(json, "hidden_size");
    return new Config(
        integer(json, "vocab_size"),
        hidden,
        integer(json, "num_hidden_layers"),
        heads,
        has(json, "num_key_value_heads") ? integer(json, "num_key_value_heads") : heads,
        has(json, "head_dim") ? integer(json, "head_dim") : headSize(hidden, heads),
        integer(json, "intermediate_size"),
        integer(json, "max_position_embeddings"),
        number(json, "rms_norm_eps"),
        ropeTheta(json),
        has(json, "tie_word_embeddings") && json.get("tie_word_embeddings").getAsBoolean(),
        has(json, "bos_token_id") ? integer(json, "bos_token_id") : -1,
        endTokens(json));
  }

  private static String architecture(JsonObject json) {
    if (!has(json, "architectures") || json.getAsJsonArray("architectures").isEmpty()) {
      throw new ModelException("the field 'architectures' is missing");
    }
    return json.getAsJsonArray("architectures").get(0).getAsString();
  }

  /**
   * Older files state {@code rope_theta} and {@code rope_scaling}, newer ones {@code
   * rope_parameters}.
   */
  private static double ropeTheta(JsonObject json) {
    JsonObject rope = json;
    for (String field : List.of("rope_scaling", "rope_parameters")) {
      if (has(json, field)) {
        JsonObject scaling = json.getAsJsonObject(field);
        String kind = "default";
        for (String name : List.of("rope_type", "type")) {
          kind = has(scaling, name) ? scaling.get(name).getAsString() : kind;
        }
        if (!kind.equals("default")) {
          throw new ModelException(
              "%s of type '%s' is not supported, only models without rope scaling are"
                  .formatted(field, kind));
        }
        rope = has(scaling, "rope_theta") ? scaling : rope;
      }
    }
    return has(rope, "rope_theta") ? number(rope, "rope_theta") : 10_000;
  }

  private static List<Integer> endTokens(JsonObject json) {
    if (!has(json, "eos_token_id")) {
      return List.of();
    }
    JsonElement ends = json.get("eos_token_id");
    if (!ends.isJsonArray()) {
      return List.of(ends.getAsInt());
    }
    List<Integer> tokens = new ArrayList<>();
    ends.getAsJsonArray().forEach(token -> tokens.add(token.getAsInt()));
    return tokens;
  }

  private static int headSize(int hidden, int heads) {
    if (heads < 1 || hidden % heads != 0) {
      throw new ModelException(
          "hidden_size %d is no multiple of num_attention_heads %d".formatted(hidden, heads));
    }
    return hidden / heads;
  }

  private static void refuseUnlessDefault(JsonObject json, String field, String only) {
    if (has(json, field) && !json.get(field).getAsString().equals(only)) {
      throw new ModelException(
          "%s %s is not supported, only %s is"
              .formatted(field, json.get(field).getAsString(), only));
    }
  }

  private static boolean has(JsonObject json, String field) {
    return json.has(field) && !json.get(field).isJsonNull();
  }

  private static int integer(JsonObject json, String field) {
    double number = number(json, field);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw new ModelException("the field '%s' is %s, not an integer".formatted(field, number));
    }
    return (int) number;
  }

  private static double number(JsonObject json, String field) {
    if (!has(json, field)) {
      throw new ModelException("the field '%s' is missing".formatted(field));
    }
    JsonElement value = json.get(field);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw new ModelException("the field '%s' is %s, not a number".formatted(field, value));
    }
    return value.getAsDouble();
  }

  private static void positive(String field, int value) {
    if (value < 1) {
      throw new ModelException("%s must be at least 1, it is %d".formatted(field, value));
    }
  }
}
