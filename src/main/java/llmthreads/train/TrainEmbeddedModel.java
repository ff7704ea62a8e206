package llmthreads.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import llmthreads.model.Config;
import llmthreads.model.Tokenizer;

/**
 * Trains the embedded model, with progress, checkpoints from which it resumes, a loss curve, and
 * the published files at the end.
 */
public final class TrainEmbeddedModel {
  private static final TrainingPlan PLAN =
      new TrainingPlan(2026, 6_000, 200, 1_200, 1e-3, 0.1, 1.0, 0.02, 96, 4);
  private static final String LOSS = "loss.csv";
  private static final String ACCURACY = "accuracy.csv";
  private static final int REPORT_EVERY = 50;
  private static final int CHECKPOINT_EVERY = 250;
  private static final int HELD_OUT = 200;

  private TrainEmbeddedModel() {}

  /** The sizes of the embedded model, for a vocabulary rounded up to whole vector registers. */
  static Config config(Vocabulary vocabulary) {
    int rounded = (vocabulary.size() + 63) / 64 * 64;
    return new Config(
        rounded,
        256,
        4,
        8,
        4,
        32,
        640,
        256,
        1e-5,
        10_000,
        true,
        Vocabulary.BEGIN,
        List.of(Vocabulary.END));
  }

  /**
   * Trains, or goes on where a stopped run left off.
   *
   * @param args the folder for checkpoints, curves and the model, and how many workers (2 unless
   *     told)
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 1 || args.length > 2) {
      System.err.println(
          "Say where checkpoints and the model go, and how many workers train: FOLDER [WORKERS]");
      System.exit(1);
    }
    Path folder = Files.createDirectories(Path.of(args[0]));
    int workers = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    Vocabulary vocabulary = new Vocabulary();
    Config config = config(vocabulary);
    Files.writeString(folder.resolve("tokenizer.json"), vocabulary.tokenizerJson());
    Path saved = folder.resolve("checkpoint.safetensors");
    System.out.printf("%,d parameters, %d tokens%n", config.parameters(), vocabulary.size());
    try (Tokenizer tokenizer = Tokenizer.read(folder, config);
        Trainer trainer = new Trainer(config, PLAN, Mixture.embedded(), tokenizer, workers)) {
      if (Files.exists(saved)) {
        trainer.restore(Checkpoint.read(saved));
        forgetAfter(folder.resolve(LOSS), trainer.step());
        forgetAfter(folder.resolve(ACCURACY), trainer.step());
        System.out.println("Going on from step " + trainer.step());
      }
      run(trainer, folder, saved);
      PublishedModel.write(folder.resolve("model"), config, vocabulary, trainer.checkpoint());
      System.out.println("The model is in " + folder.resolve("model"));
    }
  }

  private static void run(Trainer trainer, Path folder, Path saved)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long tokens = 0;
    double loss = 0;
    while (trainer.step() < PLAN.steps()) {
      Trainer.Step step = trainer.advance();
      tokens += step.tokens();
      loss += step.loss();
      if (step.step() % REPORT_EVERY == 0) {
        double rate = tokens / ((System.nanoTime() - start) / 1e9);
        System.out.printf(
            Locale.ROOT,
            "step %d of %d  loss %.4f  gradient norm %.2f  %.0f tokens/s%n",
            step.step(),
            PLAN.steps(),
            loss / REPORT_EVERY,
            step.gradientNorm(),
            rate);
        append(folder.resolve(LOSS), "step,loss", step.step() + "," + loss / REPORT_EVERY);
        loss = 0;
      }
      if (step.step() % CHECKPOINT_EVERY == 0 || step.step() == PLAN.steps()) {
        trainer.checkpoint().write(saved);
        Map<String, Double> accuracy = trainer.heldOutAccuracy(HELD_OUT);
        System.out.println("held out: " + accuracy);
        append(
            folder.resolve(ACCURACY),
            "step," + String.join(",", accuracy.keySet()),
            step.step()
                + ","
                + accuracy.values().stream().map(String::valueOf).collect(Collectors.joining(",")));
      }
    }
  }

  /** Takes out of a curve what a run wrote after its last checkpoint: that is computed again. */
  private static void forgetAfter(Path file, long step) throws IOException {
    if (Files.exists(file)) {
      List<String> lines = Files.readAllLines(file);
      List<String> kept = new ArrayList<>(lines.subList(0, 1));
      lines.stream()
          .skip(1)
          .filter(line -> Long.parseLong(line.substring(0, line.indexOf(','))) <= step)
          .forEach(kept::add);
      Files.write(file, kept);
    }
  }

  private static void append(Path file, String header, String line) throws IOException {
    if (Files.notExists(file)) {
      Files.writeString(file, header + "\n");
    }
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
  }
}
