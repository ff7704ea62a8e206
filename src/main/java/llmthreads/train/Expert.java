package llmthreads.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import llmthreads.model.Config;
import llmthreads.model.Tokenizer;
import llmthreads.train.task.Task;

/**
 * A small model for one task only, with the vocabulary of the embedded model, so that the two
 * understand the same prompts. It is trained in seconds to minutes and takes less than 2 MB.
 *
 * @param task that it learns
 * @param config its shape
 * @param plan of its training
 */
public record Expert(Task task, Config config, TrainingPlan plan) {
  private static final int WIDTH = 128;
  private static final int LAYERS = 2;
  private static final int HEAD = 32;

  /**
   * An expert of the usual size, whose first weights have the variance 1 / width (LeCun and others,
   * Efficient BackProp, 1998): with smaller ones so narrow a model is slow to begin to learn.
   *
   * @param steps of training, of 64 examples each; 150 are enough for sentiment
   */
  public static Expert of(Task task, long steps) {
    int vocabulary = (new Vocabulary().size() + 63) / 64 * 64;
    Config config =
        new Config(
            vocabulary,
            WIDTH,
            LAYERS,
            WIDTH / HEAD,
            WIDTH / HEAD / 2,
            HEAD,
            5 * WIDTH / 2,
            256,
            1e-5,
            10_000,
            true,
            Vocabulary.BEGIN,
            List.of(Vocabulary.END));
    long warmup = Math.max(1, steps / 20);
    long cooldown = Math.max(1, steps / 3);
    double deviation = 1 / Math.sqrt(WIDTH);
    return new Expert(
        task,
        config,
        new TrainingPlan(2026, steps, warmup, cooldown, 3e-3, 0.1, 1.0, deviation, 64, 4));
  }

  /**
   * Trains the expert and writes its files.
   *
   * @param folder gets {@code config.json}, {@code model.safetensors} in bfloat16 and the
   *     tokenizer's files
   * @param told of every step
   * @throws InterruptedException when the calling thread is interrupted, within one step; no model
   *     is written then
   */
  public void train(Path folder, int workers, Consumer<Trainer.Step> told)
      throws InterruptedException {
    Vocabulary vocabulary = new Vocabulary();
    Mixture mixture = new Mixture(Map.of(task.name(), 1));
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("tokenizer.json"), vocabulary.tokenizerJson());
    } catch (IOException e) {
      throw new UncheckedIOException("The expert cannot be written to " + folder, e);
    }
    try (Tokenizer tokenizer = Tokenizer.read(folder, config);
        Trainer trainer = new Trainer(config, plan, mixture, tokenizer, workers)) {
      while (trainer.step() < plan.steps()) {
        told.accept(trainer.advance());
      }
      PublishedModel.write(folder, config, vocabulary, trainer.checkpoint());
    }
  }
}
