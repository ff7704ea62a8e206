package llmthreads.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llmthreads.device.Device;

/**
 * A model: its shape, where its weights come from, its tokenizer, and, once it is asked for, one
 * copy of its decoder that any number of workers share. Who loads it closes it.
 */
public final class LanguageModel implements AutoCloseable {
  private final Config config;
  private final Precision precision;
  private final Device device;
  private final Loader loader;
  private final Tokenizer tokenizer;
  private final ChatTemplate chat;
  private final GenerationDefaults defaults;
  private final TokenScores scores = new TokenScores();
  private Decoder decoder;

  private LanguageModel(
      Config config,
      Precision precision,
      Device device,
      Loader loader,
      Tokenizer tokenizer,
      ChatTemplate chat,
      GenerationDefaults defaults) {
    this.config = config;
    this.precision = precision;
    this.device = device;
    this.loader = loader;
    this.tokenizer = tokenizer;
    this.chat = chat;
    this.defaults = defaults;
  }

  /** Reads some of a model's weights. */
  @FunctionalInterface
  private interface Loader {
    Weights load(LayerRange layers, Shard shard);
  }

  /**
   * Loads a folder in the published layout: {@code config.json}, {@code model.safetensors} (or the
   * files of its index), {@code tokenizer.json}; and, where they are there, {@code
   * generation_config.json}, {@code tokenizer_config.json}, {@code chat_template.jinja}. It is
   * computed by the processor. Call it from a platform thread.
   *
   * @throws ModelException when a file is missing or does not fit the others
   */
  public static LanguageModel load(Path folder, Precision precision) {
    return load(folder, precision, Device.cpu());
  }

  /**
   * The same on a device.
   *
   * @throws ModelException also when the device has no products in this precision
   */
  public static LanguageModel load(Path folder, Precision precision, Device device) {
    return loaded(open(folder, precision, device));
  }

  /**
   * Opens a folder without loading its weights, for strategies that give each worker a share of
   * them only. Call it from a platform thread.
   *
   * @throws ModelException when {@code config.json} or {@code tokenizer.json} is missing or wrong
   */
  public static LanguageModel open(Path folder, Precision precision) {
    return open(folder, precision, Device.cpu());
  }

  private static LanguageModel open(Path folder, Precision precision, Device device) {
    Config config = Config.read(folder);
    Loader loader =
        (layers, shard) -> {
          try (Safetensors source = Safetensors.openFolder(folder)) {
            return Weights.load(config, source, precision, device, layers, shard);
          }
        };
    ChatTemplate chat = ChatTemplate.read(folder).orElse(null);
    GenerationDefaults defaults = GenerationDefaults.read(folder);
    Tokenizer tokenizer = Tokenizer.read(folder, config);
    return new LanguageModel(config, precision, device, loader, tokenizer, chat, defaults);
  }

  /** A model from numbers in memory, which speaks tokens only. */
  public static LanguageModel of(Config config, WeightSource source, Precision precision) {
    return of(config, source, precision, Device.cpu());
  }

  /** The same on a device. */
  public static LanguageModel of(
      Config config, WeightSource source, Precision precision, Device device) {
    Loader loader =
        (layers, shard) -> Weights.load(config, source, precision, device, layers, shard);
    return loaded(
        new LanguageModel(config, precision, device, loader, null, null, GenerationDefaults.NONE));
  }

  /** Its shape. */
  public Config config() {
    return config;
  }

  /** In which numbers it computes. */
  public Precision precision() {
    return precision;
  }

  /** Where it is computed. */
  public Device device() {
    return device;
  }

  /** What to know about computing in these numbers on this machine, in sentences; often none. */
  public List<String> notices() {
    return LinearKernel.notices(precision, device);
  }

  /** Its decoder; loads the weights when that was not done yet. */
  public synchronized Decoder decoder() {
    if (decoder == null) {
      decoder = new Decoder(config, weights(LayerRange.all(config), Shard.WHOLE));
    }
    return decoder;
  }

  /** Its numbers; loads them when that was not done yet. */
  public Weights weights() {
    return decoder().weights();
  }

  /**
   * Loads one worker's share of some layers, and nothing else, from where the model comes from. Who
   * asks for it closes it.
   *
   * @throws ModelException when a tensor is missing or shaped otherwise than the config says
   */
  public Weights weights(LayerRange layers, Shard shard) {
    return loader.load(layers, shard);
  }

  /** Finds tokens in its logits. */
  public TokenScores scores() {
    return scores;
  }

  /** Its tokenizer, unless it speaks tokens only. */
  public Optional<Tokenizer> tokenizer() {
    return Optional.ofNullable(tokenizer);
  }

  /** How it wants conversations written, if it was published with a template. */
  public Optional<ChatTemplate> chat() {
    return Optional.ofNullable(chat);
  }

  /** How its publishers mean texts to be continued. */
  public GenerationDefaults defaults() {
    return defaults;
  }

  /** Gives the native memory back. */
  @Override
  public synchronized void close() {
    if (decoder != null) {
      decoder.close();
      decoder.weights().close();
      decoder = null;
    }
    scores.close();
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  private static LanguageModel loaded(LanguageModel model) {
    try {
      model.decoder();
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }
}
