package llmthreads.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import llmthreads.model.LanguageModel;
import llmthreads.model.Paging;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.script.Tensor;

/**
 * Guesses the next tokens of a batch's sequences with a small model. Its cache is paged like the
 * large model's: a sequence's keys and values lie in the same pages of both.
 *
 * <p>One thread uses it at a time; who opens it closes it.
 */
final class Draft implements AutoCloseable {
  private final LanguageModel model;
  private final StepRunner runner;

  private Draft(LanguageModel model, StepRunner runner) {
    this.model = model;
    this.runner = runner;
  }

  static Draft open(Speculation speculation, Paging paging) {
    LanguageModel model = speculation.draft();
    return new Draft(model, model.decoder().open(paging));
  }

  /** Computes a prefill of the large model as well. */
  void follow(Step step) {
    runner.forward(step).close();
  }

  /**
   * Guesses.
   *
   * @param most tokens that each sequence can use
   * @return so many tokens for each sequence
   */
  int[][] guess(List<Sequence> sequences, int... most) {
    int[][] guesses = new int[most.length][];
    Arrays.setAll(guesses, row -> new int[most[row]]);
    for (int ahead = 0; ahead < Arrays.stream(most).max().orElse(0); ahead++) {
      List<Integer> rows = new ArrayList<>();
      for (int row = 0; row < most.length; row++) {
        if (most[row] > ahead) {
          rows.add(row);
        }
      }
      guessOne(sequences, rows, ahead, guesses);
    }
    for (int row = 0; row < most.length; row++) {
      if (most[row] > 0) {
        sequences.get(row).draftedTo(sequences.get(row).length() - 1 + most[row]);
      }
    }
    return guesses;
  }

  /** One token for some rows: behind what the small model has not seen yet, or the last guess. */
  private void guessOne(List<Sequence> sequences, List<Integer> rows, int ahead, int[]... guesses) {
    int[][] tokens = new int[rows.size()][];
    int[] starts = new int[rows.size()];
    int[][] pages = new int[rows.size()][];
    for (int i = 0; i < starts.length; i++) {
      Sequence sequence = sequences.get(rows.get(i));
      int length = sequence.length();
      starts[i] = ahead == 0 ? Math.min(sequence.drafted(), length - 1) : length - 1 + ahead;
      tokens[i] =
          ahead == 0
              ? Arrays.copyOfRange(sequence.tokens(), starts[i], length)
              : new int[] {guesses[rows.get(i)][ahead - 1]};
      pages[i] = sequence.pageNumbers();
    }
    try (Tensor logits = runner.forward(new Step(tokens, starts, pages))) {
      int vocabulary = model.config().vocabularySize();
      if (sequences.getFirst().isGreedy()) {
        long[] best = model.scores().greedy(logits);
        for (int i = 0; i < starts.length; i++) {
          guesses[rows.get(i)][ahead] = (int) best[i];
        }
      } else {
        float[] all = logits.toFloats();
        for (int i = 0; i < starts.length; i++) {
          Sequence sequence = sequences.get(rows.get(i));
          guesses[rows.get(i)][ahead] = sequence.pick(all, i * vocabulary, vocabulary, ahead);
        }
      }
    }
  }

  @Override
  public void close() {
    runner.close();
  }
}
