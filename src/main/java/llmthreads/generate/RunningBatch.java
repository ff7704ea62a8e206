package llmthreads.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import llmthreads.model.KvCache;
import llmthreads.model.LanguageModel;
import llmthreads.model.Step;
import llmthreads.model.TokenScores;
import llmthreads.script.Tensor;

/**
 * Sequences that are computed together: it takes prompts in while there is room, says what the next
 * step computes, gives every sequence the token that the step's logits choose, and lets finished
 * ones go. It computes nothing itself, so one thread may run its steps, or stages in a row.
 *
 * <p>Sequences lie in the first slots of a cache without a gap: when one ends, the last moves into
 * its place. One thread uses it at a time.
 */
public final class RunningBatch {
  /**
   * The most tokens, filling included, of one prefill step: it bounds the memory of its
   * activations.
   */
  private static final int PREFILL_TOKENS = 2048;

  private final LanguageModel model;
  private final GenerateOptions options;
  private final Supplier<Optional<Prompt>> source;
  private final int slots;
  private final List<Sequence> running = new ArrayList<>();
  private final List<Sequence> arriving = new ArrayList<>();
  private final List<KvCache.Move> moves = new ArrayList<>();
  private final List<Completion> done = new ArrayList<>();
  private int prefilled;
  private int width;

  /**
   * A batch that is empty yet.
   *
   * @param source gives prompts until it has none left; it may be shared with other batches
   * @param slots sequences at once
   */
  public RunningBatch(
      LanguageModel model, GenerateOptions options, Supplier<Optional<Prompt>> source, int slots) {
    this.model = model;
    this.options = options;
    this.source = source;
    this.slots = slots;
  }

  /**
   * What comes next.
   *
   * @param kind {@code prefill} or {@code decode}
   * @param moves sequences that change their slot before the step, in this order
   */
  public record Next(String kind, Step step, List<KvCache.Move> moves) {}

  /** The next step; empty when no sequence is left and no prompt. */
  public Optional<Next> next() {
    if (arriving.isEmpty()) {
      admit();
    }
    if (arriving.isEmpty() && running.isEmpty()) {
      return Optional.empty();
    }
    Next next =
        arriving.isEmpty()
            ? new Next("decode", decode(), List.copyOf(moves))
            : new Next("prefill", prefill(), List.copyOf(moves));
    moves.clear();
    return Optional.of(next);
  }

  /** Takes the logits of the step that {@link #next} gave last. */
  public void take(Tensor logits) {
    if (prefilled < width) {
      return;
    }
    List<Sequence> sequences = arriving.isEmpty() ? running : arriving;
    choose(logits, sequences);
    running.addAll(arriving);
    arriving.clear();
    retire();
  }

  /** Answers so far, in the order in which they were finished. */
  public List<Completion> done() {
    return List.copyOf(done);
  }

  /** Fills free slots with prompts. */
  private void admit() {
    width = 0;
    prefilled = 0;
    Optional<Prompt> prompt = Optional.empty();
    while (running.size() + arriving.size() < slots
        && (arriving.size() + 1) * width < PREFILL_TOKENS
        && (prompt = source.get()).isPresent()) {
      arriving.add(new Sequence(prompt.get(), model, options));
      width = Math.max(width, prompt.get().tokens().length);
    }
  }

  /**
   * Whole prompts, or the next chunk of each; a prompt that is through repeats its last token until
   * the longest is.
   */
  private Step prefill() {
    int chunk = options.prefillChunk() == 0 ? width : options.prefillChunk();
    int[][] tokens = new int[arriving.size()][];
    int[] starts = new int[arriving.size()];
    for (int row = 0; row < tokens.length; row++) {
      int[] prompt = arriving.get(row).prompt().tokens();
      starts[row] = Math.min(prefilled, prompt.length - 1);
      tokens[row] =
          Arrays.copyOfRange(prompt, starts[row], Math.min(starts[row] + chunk, prompt.length));
    }
    prefilled += chunk;
    return new Step(running.size(), tokens, starts);
  }

  private Step decode() {
    int[][] tokens = new int[running.size()][];
    int[] starts = new int[running.size()];
    for (int row = 0; row < tokens.length; row++) {
      tokens[row] = new int[] {running.get(row).lastToken()};
      starts[row] = running.get(row).cached();
    }
    return new Step(0, tokens, starts);
  }

  private void choose(Tensor logits, List<Sequence> sequences) {
    int vocabulary = model.config().vocabularySize();
    if (options.keepLogits()) {
      float[] all = logits.toFloats();
      for (int row = 0; row < sequences.size(); row++) {
        sequences.get(row).keep(Arrays.copyOfRange(all, row * vocabulary, (row + 1) * vocabulary));
      }
    }
    Sampling sampling = options.sampling();
    if (sampling.isGreedy() && !sampling.changesLogits() && options.likeliest() == 0) {
      TokenScores.Scored best = model.scores().greedyScored(logits);
      for (int row = 0; row < sequences.size(); row++) {
        sequences.get(row).add((int) best.tokens()[row], best.logProbabilities()[row]);
      }
      return;
    }
    float[] scores = model.scores().logProbabilities(logits);
    float[] changed = sampling.changesLogits() ? logits.toFloats() : scores;
    for (int row = 0; row < sequences.size(); row++) {
      sequences.get(row).choose(scores, changed, row * vocabulary, vocabulary);
    }
  }

  private void retire() {
    for (int slot = running.size() - 1; slot >= 0; slot--) {
      Sequence sequence = running.get(slot);
      if (sequence.finished()) {
        done.add(sequence.completion());
        Sequence last = running.removeLast();
        if (last != sequence) {
          moves.add(new KvCache.Move(running.size(), slot, last.cached()));
          running.set(slot, last);
        }
      }
    }
  }
}
