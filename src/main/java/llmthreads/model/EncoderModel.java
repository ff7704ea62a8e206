package llmthreads.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llmthreads.device.Device;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * An encoder: its shape, its weights, and its tokenizer.
 *
 * <p>It keeps no state of its own: any number of engine threads may call it. A text's numbers are
 * the same bits whatever texts are beside it. Who loads it closes it.
 */
public final class EncoderModel implements AutoCloseable {
  private final EncoderConfig config;
  private final EncoderWeights weights;
  private final Script script;
  private final Tokenizer tokenizer;
  private final EmbeddingDefaults defaults;

  private EncoderModel(
      EncoderConfig config,
      EncoderWeights weights,
      Script script,
      Tokenizer tokenizer,
      EmbeddingDefaults defaults) {
    this.config = config;
    this.weights = weights;
    this.script = script;
    this.tokenizer = tokenizer;
    this.defaults = defaults;
  }

  /**
   * Loads a folder in the published layout: {@code config.json}, {@code model.safetensors} (or the
   * files of its index), {@code tokenizer.json}, and what {@link EmbeddingDefaults} reads. Call it
   * from a platform thread.
   *
   * @throws ModelException when a file is missing or does not fit the others
   */
  public static EncoderModel load(Path folder, Precision precision, Device device) {
    EncoderConfig config = EncoderConfig.read(folder);
    EmbeddingDefaults defaults = EmbeddingDefaults.read(folder, config);
    Tokenizer tokenizer = Tokenizer.read(folder, config);
    try (Safetensors source = Safetensors.openFolder(folder)) {
      return of(config, source, precision, device, tokenizer, defaults);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** A model from numbers in memory, which reads tokens only. */
  public static EncoderModel of(
      EncoderConfig config, WeightSource source, Precision precision, Device device) {
    EmbeddingDefaults defaults = new EmbeddingDefaults(Pooling.MEAN, false, config.context());
    return of(config, source, precision, device, null, defaults);
  }

  private static EncoderModel of(
      EncoderConfig config,
      WeightSource source,
      Precision precision,
      Device device,
      Tokenizer tokenizer,
      EmbeddingDefaults defaults) {
    Script script = Script.compile("encoder", EncoderScript.text(config, precision, device));
    try {
      EncoderWeights weights = EncoderWeights.load(config, source, precision, device);
      return new EncoderModel(config, weights, script, tokenizer, defaults);
    } catch (RuntimeException e) {
      script.close();
      throw e;
    }
  }

  /** Its shape. */
  public EncoderConfig config() {
    return config;
  }

  /** Its tokenizer, unless it reads tokens only. */
  public Optional<Tokenizer> tokenizer() {
    return Optional.ofNullable(tokenizer);
  }

  /** How its publishers mean texts to become vectors. */
  public EmbeddingDefaults defaults() {
    return defaults;
  }

  /** How many rows a text of so many tokens takes in a step. */
  public int rows(int tokens) {
    return EncoderScript.rows(config, tokens);
  }

  /**
   * What the last layer gives: for each text {@link #rows} rows of {@code hiddenSize} numbers, of
   * which those behind its tokens say nothing.
   *
   * @param texts that take the same number of rows
   * @throws IllegalArgumentException when they do not, one is empty, longer than the context, or
   *     holds a token or a type that the model does not know
   */
  public Tensor hidden(List<Tokenizer.Typed> texts) {
    int rows = checkedRows(texts);
    return script.call(
        "forward", plan(texts, rows), weights.layers(), weights.ends(), texts.size(), rows);
  }

  /**
   * The logit of each label for each text, {@code [texts, labels]}.
   *
   * @param texts as for {@link #hidden}
   * @throws IllegalStateException when the model was published without a head for classes
   */
  public Tensor classes(List<Tokenizer.Typed> texts) {
    if (config.labels().isEmpty()) {
      throw new IllegalStateException(
          "This model was published without a head for classes: it gives vectors only");
    }
    try (Tensor hidden = hidden(texts)) {
      int rows = rows(texts.getFirst().tokens().length);
      return script.call("classes", hidden, weights.ends(), texts.size(), rows);
    }
  }

  private int checkedRows(List<Tokenizer.Typed> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("There are no texts: the list is empty");
    }
    int rows = rows(texts.getFirst().tokens().length);
    for (Tokenizer.Typed text : texts) {
      int tokens = text.tokens().length;
      if (tokens == 0 || tokens > config.context()) {
        throw new IllegalArgumentException(
            "A text has %d tokens, this model takes 1 to %d".formatted(tokens, config.context()));
      }
      if (rows(tokens) != rows || text.types().length != tokens) {
        throw new IllegalArgumentException(
            "A text of %d tokens and %d types does not belong among texts of %d rows"
                .formatted(tokens, text.types().length, rows));
      }
      within("token", config.vocabularySize(), text.tokens());
      within("type", config.textTypes(), text.types());
    }
    return rows;
  }

  private static void within(String what, int count, int... numbers) {
    for (int number : numbers) {
      if (number < 0 || number >= count) {
        throw new IllegalArgumentException(
            "A text holds %s %d, this model knows %d".formatted(what, number, count));
      }
    }
  }

  /** Tokens, types, places, lengths; a place behind a text's end has token 0 of type 0. */
  private static long[] plan(List<Tokenizer.Typed> texts, int rows) {
    int count = texts.size();
    long[] plan = new long[2 * count * rows + rows + count];
    int types = count * rows;
    int places = 2 * types;
    for (int place = 0; place < rows; place++) {
      plan[places + place] = place;
    }
    for (int text = 0; text < count; text++) {
      Tokenizer.Typed typed = texts.get(text);
      for (int i = 0; i < typed.tokens().length; i++) {
        plan[text * rows + i] = typed.tokens()[i];
        plan[types + text * rows + i] = typed.types()[i];
      }
      plan[places + rows + text] = typed.tokens().length;
    }
    return plan;
  }

  @Override
  public void close() {
    script.close();
    weights.close();
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
