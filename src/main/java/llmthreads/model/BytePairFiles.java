package llmthreads.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * GPT-2's older files of a tokenizer: {@code vocab.json}, the numbers of the tokens, and {@code
 * merges.txt}, the pairs that byte-pair encoding joins (Sennrich et al., arXiv 1508.07909), first
 * things first.
 *
 * @param vocabulary {@code vocab.json}
 * @param merges {@code merges.txt}
 */
record BytePairFiles(Path vocabulary, Path merges) {
  /** The one special token of GPT-2. */
  private static final String END = "<|endoftext|>";

  static BytePairFiles in(Path folder) {
    return new BytePairFiles(folder.resolve("vocab.json"), folder.resolve("merges.txt"));
  }

  boolean exist() {
    return Files.exists(vocabulary) && Files.exists(merges);
  }

  /**
   * What a {@code tokenizer.json} says of the same tokenizer.
   *
   * @throws ModelException when a file is not what its name says
   */
  JsonObject tokenizer() throws IOException {
    JsonObject numbers = numbers();
    JsonObject model = new JsonObject();
    model.addProperty("type", "BPE");
    model.add("vocab", numbers);
    model.add("merges", pairs(numbers));
    JsonObject tokenizer = new JsonObject();
    tokenizer.addProperty("version", "1.0");
    tokenizer.add("added_tokens", specials(numbers));
    for (String part : List.of("pre_tokenizer", "post_processor", "decoder")) {
      JsonObject bytes = new JsonObject();
      bytes.addProperty("type", "ByteLevel");
      bytes.addProperty("add_prefix_space", false);
      bytes.addProperty("trim_offsets", true);
      bytes.addProperty("use_regex", true);
      tokenizer.add(part, bytes);
    }
    tokenizer.add("model", model);
    return tokenizer;
  }

  private JsonObject numbers() throws IOException {
    try {
      return JsonParser.parseString(Files.readString(vocabulary)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new ModelException(
          "%s is no JSON object of tokens and their numbers: %s"
              .formatted(vocabulary, e.getMessage()),
          e);
    }
  }

  private JsonArray pairs(JsonObject numbers) throws IOException {
    JsonArray pairs = new JsonArray();
    List<String> lines = Files.readAllLines(merges);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean comment = i == 0 && line.startsWith("#version");
      if (comment || line.isEmpty()) {
        continue;
      }
      String[] pair = line.split(" ", -1);
      if (pair.length != 2 || !numbers.has(pair[0] + pair[1])) {
        throw new ModelException(
            "%s, line %d: '%s' is no pair of tokens that make one of %s"
                .formatted(merges, i + 1, line, vocabulary.getFileName()));
      }
      pairs.add(line);
    }
    return pairs;
  }

  private static JsonArray specials(JsonObject numbers) {
    JsonArray specials = new JsonArray();
    if (numbers.has(END)) {
      JsonObject end = new JsonObject();
      end.add("id", numbers.get(END));
      end.addProperty("content", END);
      end.addProperty("special", true);
      for (String rule : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        end.addProperty(rule, false);
      }
      specials.add(end);
    }
    return specials;
  }
}
