package llmthreads.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How an encoder's publishers mean a text to become a vector, where they used the Python library
 * sentence-transformers: {@code modules.json}, {@code 1_Pooling/config.json} and {@code
 * sentence_bert_config.json}.
 *
 * @param pooling of the tokens' rows
 * @param normalized whether vectors are brought to length 1, so that their product is their cosine
 * @param longest tokens of a text, special ones included; what lies behind is left out
 */
public record EmbeddingDefaults(Pooling pooling, boolean normalized, int longest) {
  /** Of these settings of a pooling, one at least is true; only two of them are computed here. */
  private static final String MODE = "pooling_mode_";

  /**
   * Reads a model's folder; without these files it is the mean, as it comes, of texts as long as
   * the model's context.
   *
   * @throws ModelException when a file is there and says something that is not computed here
   */
  public static EmbeddingDefaults read(Path folder, EncoderConfig config) {
    Path pooling = folder.resolve("1_Pooling").resolve("config.json");
    Path sentences = folder.resolve("sentence_bert_config.json");
    int longest =
        Files.exists(sentences)
            ? ConfigFields.read(sentences, json -> json.integer("max_seq_length", config.context()))
            : config.context();
    return new EmbeddingDefaults(
        Files.exists(pooling)
            ? ConfigFields.read(pooling, EmbeddingDefaults::pooling)
            : Pooling.MEAN,
        normalized(folder.resolve("modules.json")),
        Math.min(longest, config.context()));
  }

  private static Pooling pooling(ConfigFields json) {
    for (String setting : json.json().keySet()) {
      boolean known = setting.endsWith("_mean_tokens") || setting.endsWith("_cls_token");
      if (setting.startsWith(MODE) && !known && json.flag(setting, false)) {
        throw new ModelException(
            "%s is not supported, only %smean_tokens and %scls_token are"
                .formatted(setting, MODE, MODE));
      }
    }
    boolean first = json.flag(MODE + "cls_token", false);
    if (first && json.flag(MODE + "mean_tokens", false)) {
      throw new ModelException("two kinds of pooling at once are not supported");
    }
    return first ? Pooling.FIRST : Pooling.MEAN;
  }

  private static boolean normalized(Path modules) {
    if (!Files.exists(modules)) {
      return false;
    }
    try {
      for (JsonElement module :
          JsonParser.parseString(Files.readString(modules)).getAsJsonArray()) {
        if (module.getAsJsonObject().get("type").getAsString().endsWith(".Normalize")) {
          return true;
        }
      }
      return false;
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "%s is no list of modules, each with its type: %s".formatted(modules, e.getMessage()), e);
    }
  }
}
