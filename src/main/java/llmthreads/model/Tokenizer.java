package llmthreads.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Text to tokens and back, as a published {@code tokenizer.json} says. Any number of threads may
 * use one. Who reads it closes it.
 */
public final class Tokenizer implements AutoCloseable {
  private static final String REPLACEMENT = "\uFFFD";

  private final HuggingFaceTokenizer tokenizer;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads {@code tokenizer.json} of a model's folder, or, of a GPT-2 that has none, {@code
   * vocab.json} and {@code merges.txt}.
   *
   * @throws ModelException when it is missing, is no tokenizer, or has tokens that the model does
   *     not know
   */
  public static Tokenizer read(Path folder, Config config) {
    boolean bytePairs = config.design().architecture() == Architecture.GPT2;
    return read(folder, config.vocabularySize(), bytePairs);
  }

  /**
   * Reads {@code tokenizer.json} of an encoder's folder.
   *
   * @throws ModelException when it is missing, is no tokenizer, or has tokens that the model does
   *     not know
   */
  public static Tokenizer read(Path folder, EncoderConfig config) {
    return read(folder, config.vocabularySize(), false);
  }

  private static Tokenizer read(Path folder, int vocabularySize, boolean bytePairs) {
    Path file = folder.resolve("tokenizer.json");
    BytePairFiles pairs = BytePairFiles.in(folder);
    boolean older = bytePairs && !Files.exists(file) && pairs.exist();
    Path named = older ? pairs.vocabulary() : file;
    try {
      String text = older ? pairs.tokenizer().toString() : Files.readString(file);
      checkVocabulary(named, JsonParser.parseString(text), vocabularySize);
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
              Map.of("truncation", "false", "padding", "false")));
    } catch (NoSuchFileException e) {
      throw new ModelException(
          ("There is no file %s: give the folder of a model, with config.json,"
                  + " model.safetensors and tokenizer.json")
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(named, e), e);
    } catch (ModelException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ModelException("%s is no tokenizer: %s".formatted(named, e.getMessage()), e);
    }
  }

  /** The tokens of a text, with those that the tokenizer puts around it. */
  public int[] encode(String text) {
    return encode(text, true);
  }

  /** The tokens of a text alone. */
  public int[] encodePlain(String text) {
    return encode(text, false);
  }

  private int[] encode(String text, boolean specialTokens) {
    return integers(tokenizer.encode(text, specialTokens, false).getIds());
  }

  /**
   * Tokens, and to which text of a pair each belongs.
   *
   * @param tokens with those that the tokenizer puts around and between texts
   * @param types 0 for the first text, 1 for the second, as the model was trained to tell them
   */
  public record Typed(int[] tokens, int[] types) {}

  /** The tokens of one text. */
  public Typed typed(String text) {
    return typed(tokenizer.encode(text, true, false));
  }

  /** The tokens of a pair of texts. */
  public Typed typed(String first, String second) {
    return typed(tokenizer.encode(first, second, true, false));
  }

  private static Typed typed(Encoding encoding) {
    return new Typed(integers(encoding.getIds()), integers(encoding.getTypeIds()));
  }

  private static int[] integers(long... values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  /** The text of some tokens, without special ones. */
  public String decode(int... tokens) {
    return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
  }

  /** A decoder for tokens that arrive one by one. */
  public Stream stream() {
    return new Stream();
  }

  /**
   * Turns arriving tokens into text that can be shown at once: a character whose bytes are spread
   * over several tokens is held back until it is whole. For one thread.
   */
  public final class Stream {
    private int[] tokens = new int[16];
    private int count;
    private int shownFrom;
    private int shownTo;

    private Stream() {}

    /** The text that this token adds; empty while a character is incomplete. */
    public String add(int token) {
      if (count == tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * count);
      }
      tokens[count++] = token;
      String before = decode(Arrays.copyOfRange(tokens, shownFrom, shownTo));
      String after = decode(Arrays.copyOfRange(tokens, shownFrom, count));
      if (after.endsWith(REPLACEMENT) || after.length() <= before.length()) {
        return "";
      }
      shownFrom = shownTo;
      shownTo = count;
      return after.substring(before.length());
    }

    /** What is held back, when no more tokens come: a character that stays incomplete. */
    public String rest() {
      String before = decode(Arrays.copyOfRange(tokens, shownFrom, shownTo));
      String after = decode(Arrays.copyOfRange(tokens, shownFrom, count));
      shownFrom = shownTo = count;
      return after.substring(Math.min(before.length(), after.length()));
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static void checkVocabulary(Path file, JsonElement json, int size) {
    JsonObject root = json.getAsJsonObject();
    if (!root.has("model")) {
      throw new JsonParseException("it has no object 'model'");
    }
    JsonElement vocabulary = root.getAsJsonObject("model").get("vocab");
    if (vocabulary != null && vocabulary.isJsonObject()) {
      vocabulary
          .getAsJsonObject()
          .asMap()
          .forEach((token, id) -> check(file, token, id.getAsInt(), size));
    } else if (vocabulary != null && vocabulary.isJsonArray()) {
      check(file, "the last one", vocabulary.getAsJsonArray().size() - 1, size);
    }
    if (root.has("added_tokens")) {
      for (JsonElement added : root.getAsJsonArray("added_tokens")) {
        JsonObject token = added.getAsJsonObject();
        check(file, token.get("content").getAsString(), token.get("id").getAsInt(), size);
      }
    }
  }

  private static void check(Path file, String token, int id, int size) {
    if (id >= size) {
      throw new ModelException(
          ("%s gives token '%s' the number %d, but config.json says vocab_size %d:"
                  + " the two do not belong together")
              .formatted(file, token, id, size));
    }
  }
}
