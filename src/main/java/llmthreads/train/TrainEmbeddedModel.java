package llmthreads.train;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Trains the embedded model, with progress, checkpoints from which it resumes, and a loss curve. */
public final class TrainEmbeddedModel {
  static final TrainingPlan PLAN =
      new TrainingPlan(2026, 16_000, 200, 3_000, 1e-3, 0.1, 1.0, 96, 4);
  private static final int REPORT_EVERY = 50;
  private static final int CHECKPOINT_EVERY = 250;

  private TrainEmbeddedModel() {}

  /** The shape of the embedded model. */
  public static DecoderShape shape(Vocabulary vocabulary) {
    int rounded = (vocabulary.size() + 63) / 64 * 64;
    return new DecoderShape(rounded, 256, 4, 8, 4, 640, 256);
  }

  /** Arguments: the folder for checkpoints and the loss curve, and how many workers (2 unless told). */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    int workers = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    Vocabulary vocabulary = new Vocabulary();
    Path tokenizerFile = folder.resolve("tokenizer.json");
    Files.writeString(tokenizerFile, vocabulary.tokenizerJson());
    Path saved = folder.resolve("checkpoint.bin");
    DecoderShape shape = shape(vocabulary);
    System.out.printf("%,d parameters, %d tokens%n", shape.parameters(), vocabulary.size());
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(tokenizerFile);
        Trainer trainer = new Trainer(shape, PLAN, tokenizer, workers)) {
      if (Files.exists(saved)) {
        trainer.restore(Checkpoint.read(saved));
        System.out.println("Going on from step " + trainer.step());
      }
      long start = System.nanoTime();
      long tokens = 0;
      double loss = 0;
      while (trainer.step() < PLAN.steps()) {
        Trainer.Step step = trainer.advance();
        tokens += step.tokens();
        loss += step.loss();
        if (step.step() % REPORT_EVERY == 0) {
          double seconds = (System.nanoTime() - start) / 1e9;
          System.out.printf(
              "step %d  loss %.4f  norm %.2f  %.0f tokens/s%n",
              step.step(), loss / REPORT_EVERY, step.gradientNorm(), tokens / seconds);
          append(folder, "loss.csv", step.step() + "," + loss / REPORT_EVERY);
          loss = 0;
        }
        if (step.step() % CHECKPOINT_EVERY == 0 || step.step() == PLAN.steps()) {
          trainer.checkpoint().write(saved);
          Map<String, Double> accuracy = trainer.heldOutAccuracy(200);
          System.out.println("held out " + accuracy);
          append(folder, "accuracy.csv", step.step() + "," + accuracy);
        }
      }
    }
  }

  private static void append(Path folder, String file, String line) throws IOException {
    Files.writeString(
        folder.resolve(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
