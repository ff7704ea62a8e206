package llmthreads.model;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A model ready to run: its shape, one copy of its weights, its decoder and its tokenizer. Any
 * number of workers share one. Who loads it closes it.
 */
public final class LanguageModel implements AutoCloseable {
  private final Llama decoder;
  private final Tokenizer tokenizer;

  private LanguageModel(Llama decoder, Tokenizer tokenizer) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
  }

  /**
   * Loads a folder in the published layout: {@code config.json}, {@code model.safetensors} (or the
   * files of its index), {@code tokenizer.json}. Call it from a platform thread.
   *
   * @throws ModelException when a file is missing or does not fit the others
   */
  public static LanguageModel load(Path folder, Precision precision) {
    Config config = Config.read(folder);
    Tokenizer tokenizer = Tokenizer.read(folder, config);
    try (Safetensors source = Safetensors.openFolder(folder)) {
      return of(config, source, precision, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** A model from numbers in memory, which speaks tokens only. */
  public static LanguageModel of(Config config, WeightSource source, Precision precision) {
    return of(config, source, precision, null);
  }

  /** Its shape. */
  public Config config() {
    return decoder.config();
  }

  /** Its decoder. */
  public Llama decoder() {
    return decoder;
  }

  /** Its numbers. */
  public Weights weights() {
    return decoder.weights();
  }

  /** Its tokenizer, unless it speaks tokens only. */
  public Optional<Tokenizer> tokenizer() {
    return Optional.ofNullable(tokenizer);
  }

  /** Gives the native memory back. */
  @Override
  public void close() {
    decoder.close();
    decoder.weights().close();
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  private static LanguageModel of(
      Config config, WeightSource source, Precision precision, Tokenizer tokenizer) {
    Weights weights = Weights.load(config, source, precision);
    try {
      return new LanguageModel(new Llama(config, weights), tokenizer);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }
}
