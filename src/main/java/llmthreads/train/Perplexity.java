package llmthreads.train;

import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.model.LanguageModel;
import llmthreads.model.Paging;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.model.Tokenizer;
import llmthreads.script.Tensor;
import llmthreads.train.task.Example;
import llmthreads.train.task.Task;

/**
 * How unlikely a model finds the right answers to held-out examples of a task, each token behind
 * the right ones before it. It moves before {@link Accuracy} does, so it shows sooner what a lower
 * precision costs.
 *
 * @param task its name
 * @param tokens of all answers, their ends among them
 * @param nats the sum of their negative log-probabilities
 */
public record Perplexity(String task, int tokens, double nats) {
  private static final long SEED = 7;
  private static final int BATCH = 16;

  /**
   * Among how many equally likely tokens the model chooses, as it were: e to the mean of {@code
   * nats}; 1 at best.
   */
  public double value() {
    return Math.exp(nats / tokens);
  }

  /**
   * Reads held-out examples of every task on a thread of its own.
   *
   * @param intraOpThreads inside an operator
   * @throws IllegalArgumentException when the model has no tokenizer
   */
  public static List<Perplexity> measure(
      LanguageModel model, int examplesPerTask, int intraOpThreads) {
    try (EngineThreads threads = new EngineThreads("perplexity", 1, intraOpThreads)) {
      Cancellation cancellation = new Cancellation();
      return Task.all().stream()
          .map(task -> threads.run(cancellation, () -> measure(model, task, examplesPerTask)))
          .toList();
    }
  }

  private static Perplexity measure(LanguageModel model, Task task, int examples) {
    List<Example> all = Mixture.heldOut(task, examples, SEED);
    int tokens = 0;
    double nats = 0;
    for (int from = 0; from < all.size(); from += BATCH) {
      List<Example> some = all.subList(from, Math.min(from + BATCH, all.size()));
      Batch batch = Batch.of(some, tokenizer(model));
      tokens += batch.answers();
      nats += nats(model, batch);
    }
    return new Perplexity(task.name(), tokens, nats);
  }

  private static Tokenizer tokenizer(LanguageModel model) {
    return model
        .tokenizer()
        .orElseThrow(
            () -> new IllegalArgumentException("This model has no tokenizer to read examples"));
  }

  private static double nats(LanguageModel model, Batch batch) {
    int[][] rows = batch.rows().toArray(int[][]::new);
    int longest = 0;
    for (int[] row : rows) {
      longest = Math.max(longest, row.length);
    }
    Paging paging = Paging.of(rows.length, longest);
    Step step = Step.alone(paging, rows, new int[rows.length]).ofEveryToken();
    float[] scores;
    try (StepRunner runner = model.decoder().open(paging);
        Tensor logits = runner.forward(step)) {
      scores = model.scores().logProbabilities(logits);
    }
    int vocabulary = model.config().vocabularySize();
    double nats = 0;
    for (int row = 0; row < rows.length; row++) {
      for (int i = batch.answerStart()[row]; i < rows[row].length; i++) {
        nats -= scores[(row * step.width() + i - 1) * vocabulary + rows[row][i]];
      }
    }
    return nats;
  }
}
