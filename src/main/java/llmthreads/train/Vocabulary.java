package llmthreads.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llmthreads.train.task.Task;

/**
 * The tokens of the embedded model and the published file that describes them, {@code
 * tokenizer.json}.
 *
 * <p>A word that a task uses is one token, a digit or a Chinese character is one; any other text
 * falls apart into letters and, beyond those, into bytes, so that nothing is unreadable. An encoded
 * prompt is {@code <s> prompt <answer>}.
 */
public final class Vocabulary {
  public static final int BEGIN = 1;
  public static final int END = 2;
  private static final List<String> SPECIAL = List.of("<unk>", "<s>", "</s>", "<answer>", "<pad>");
  private static final String CHINESE = "零一二三四五六七八九十百千月日";

  private final Map<String, Double> scores = new LinkedHashMap<>();

  /** The vocabulary of all tasks. */
  public Vocabulary() {
    SPECIAL.forEach(token -> scores.put(token, 0.0));
    for (int value = 0; value < 256; value++) {
      scores.put("<0x%02X>".formatted(value), -50.0);
    }
    scores.put("▁", -10.0);
    for (char c = '!'; c <= '~'; c++) {
      scores.put(String.valueOf(c), -10.0);
    }
    CHINESE.chars().forEach(c -> scores.put(Character.toString(c), -10.0));
    for (Task task : Task.all()) {
      for (String word : task.words()) {
        scores.putIfAbsent("▁" + word, -2.0);
      }
    }
    List.of("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
        .forEach(unit -> scores.putIfAbsent(unit, -4.0));
  }

  /** How many tokens there are. */
  public int size() {
    return scores.size();
  }

  /**
   * The text of {@code tokenizer.json}: a unigram model of the tokenizers library, with byte
   * fallback.
   */
  public String tokenizerJson() {
    JsonObject root = new JsonObject();
    root.addProperty("version", "1.0");
    root.add("added_tokens", addedTokens());
    root.add(
        "pre_tokenizer",
        parse(
            """
            {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}\
            """));
    root.add(
        "post_processor",
        parse(
            """
            {"type":"TemplateProcessing",
             "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                       {"SpecialToken":{"id":"<answer>","type_id":0}}],
             "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
             "special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]},
                               "<answer>":{"id":"<answer>","ids":[3],"tokens":["<answer>"]}}}\
            """));
    root.add(
        "decoder",
        parse(
            """
            {"type":"Sequence","decoders":[
              {"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},
              {"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}\
            """));
    JsonObject model = new JsonObject();
    model.addProperty("type", "Unigram");
    model.addProperty("unk_id", 0);
    model.addProperty("byte_fallback", true);
    JsonArray vocab = new JsonArray();
    scores.forEach(
        (token, score) -> {
          JsonArray entry = new JsonArray();
          entry.add(token);
          entry.add(score);
          vocab.add(entry);
        });
    model.add("vocab", vocab);
    root.add("model", model);
    return pretty().toJson(root) + "\n";
  }

  /**
   * The text of {@code tokenizer_config.json}, by which the usual Python library finds the special
   * tokens.
   */
  public String tokenizerConfigJson() {
    return pretty()
            .toJson(
                parse(
                    """
                    {"tokenizer_class":"PreTrainedTokenizerFast","bos_token":"<s>","eos_token":"</s>",
                     "unk_token":"<unk>","pad_token":"<pad>","clean_up_tokenization_spaces":false}\
                    """))
        + "\n";
  }

  private static JsonArray addedTokens() {
    JsonArray tokens = new JsonArray();
    for (int id = 0; id < SPECIAL.size(); id++) {
      JsonObject token = new JsonObject();
      token.addProperty("id", id);
      token.addProperty("content", SPECIAL.get(id));
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        token.addProperty(flag, false);
      }
      token.addProperty("special", true);
      tokens.add(token);
    }
    return tokens;
  }

  private static JsonObject parse(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private static Gson pretty() {
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  }
}
