package llmthreads.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import llmthreads.generate.Completion;
import llmthreads.generate.Engine;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Sampling;
import llmthreads.model.EmbeddedModel;
import llmthreads.train.task.Example;
import llmthreads.train.task.Task;

/**
 * How often a model answers rightly to held-out examples of a task.
 *
 * @param task its name
 * @param examples how many were asked
 * @param right how many answers the task accepts
 */
public record Accuracy(String task, int examples, int right) {
  private static final long SEED = 7;
  private static final int BATCH = 16;

  /** The share of right answers, from 0 to 1. */
  public double share() {
    return (double) right / examples;
  }

  /** Asks held-out examples of every task, greedily. */
  public static List<Accuracy> measure(Engine engine, int examplesPerTask) {
    return Task.all().stream().map(task -> measure(engine, task, examplesPerTask)).toList();
  }

  /** Asks held-out examples of one task, greedily. */
  public static Accuracy measure(Engine engine, Task task, int examples) {
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withBatch(BATCH);
    List<Example> asked = Mixture.heldOut(task, examples, SEED);
    List<Completion> answers =
        engine.generate(asked.stream().map(Example::prompt).toList(), options);
    int right = 0;
    for (int i = 0; i < asked.size(); i++) {
      right += task.accepts(asked.get(i), answers.get(i).text()) ? 1 : 0;
    }
    return new Accuracy(task.name(), asked.size(), right);
  }

  /**
   * Prints the table of the README, in the precision that is best on this machine.
   *
   * @param args a model's folder (the embedded one unless told) and how many examples of each task
   *     (1,000 unless told)
   */
  public static void main(String[] args) {
    Path folder = args.length > 0 ? Path.of(args[0]) : EmbeddedModel.folder();
    int examples = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
    try (Engine engine = Engine.load(folder)) {
      System.out.println("| task | held-out examples | right |\n| --- | ---: | ---: |");
      for (Accuracy row : measure(engine, examples)) {
        System.out.printf(
            Locale.ROOT, "| %s | %,d | %.1f %% |%n", row.task, row.examples, 100 * row.share());
      }
    }
  }
}
