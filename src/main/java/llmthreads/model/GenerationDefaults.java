package llmthreads.model;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How a model's publishers mean its texts to be continued: {@code generation_config.json}. Its end
 * tokens are in {@link Config#endTokens}.
 *
 * @param sampled whether tokens are drawn by chance; the likeliest is taken otherwise
 * @param temperature of the drawing
 * @param topK likeliest tokens that are drawn from; 0 for all
 * @param topP probability that those reach together
 * @param minP least share of the likeliest token's probability
 * @param repetitionPenalty of tokens that were there before; 1 for none
 * @param maxNewTokens the most tokens of an answer; 0 where nothing is said
 */
public record GenerationDefaults(
    boolean sampled,
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    int maxNewTokens) {
  /** Of a model that comes without: the likeliest token, no limit. */
  public static final GenerationDefaults NONE = new GenerationDefaults(false, 1, 0, 1, 0, 1, 0);

  /** What Python's transformers takes when a file that asks for drawing leaves it out. */
  private static final int USUAL_TOP_K = 50;

  /**
   * Reads a model's folder.
   *
   * @throws ModelException when the file is there and a field is wrong
   */
  public static GenerationDefaults read(Path folder) {
    Path file = folder.resolve("generation_config.json");
    return Files.exists(file) ? ConfigFields.read(file, GenerationDefaults::of) : NONE;
  }

  private static GenerationDefaults of(ConfigFields fields) {
    return new GenerationDefaults(
        fields.flag("do_sample", false),
        fields.number("temperature", 1),
        fields.integer("top_k", USUAL_TOP_K),
        fields.number("top_p", 1),
        fields.number("min_p", 0),
        fields.number("repetition_penalty", 1),
        fields.integer("max_new_tokens", 0));
  }
}
