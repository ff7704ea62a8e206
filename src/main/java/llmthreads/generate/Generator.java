package llmthreads.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import llmthreads.device.Cancellation;
import llmthreads.model.KvCache;
import llmthreads.model.LanguageModel;
import llmthreads.model.Llama;
import llmthreads.model.Step;
import llmthreads.script.Tensor;
import llmthreads.trace.Trace;

/**
 * One worker's running batch: takes prompts in while there is room, gives every sequence its next
 * token, lets finished ones go.
 *
 * <p>Runs on the thread that calls it, which must be a platform thread. Sequences lie in the first
 * slots of the cache without a gap: when one ends, the last moves into its place.
 */
public final class Generator {
  /**
   * The most tokens, filling included, of one prefill step: it bounds the memory of its
   * activations.
   */
  private static final int PREFILL_TOKENS = 2048;

  private final LanguageModel model;
  private final GenerateOptions options;
  private final Cancellation cancellation;
  private final Trace trace;
  private final List<Sequence> running = new ArrayList<>();
  private final List<Completion> done = new ArrayList<>();

  /** A batch that is empty yet. */
  public Generator(
      LanguageModel model, GenerateOptions options, Cancellation cancellation, Trace trace) {
    this.model = model;
    this.options = options;
    this.cancellation = cancellation;
    this.trace = trace;
  }

  /** Answers prompts, in their order. */
  public List<Completion> run(List<Prompt> prompts) {
    int longest = prompts.stream().mapToInt(prompt -> prompt.tokens().length).max().orElse(0);
    java.util.Iterator<Prompt> rest = prompts.iterator();
    List<Completion> completions =
        run(
            () -> rest.hasNext() ? Optional.of(rest.next()) : Optional.empty(),
            Math.min(options.batch(), prompts.size()),
            longest);
    return completions.stream()
        .sorted(java.util.Comparator.comparingInt(Completion::promptIndex))
        .toList();
  }

  /**
   * Answers prompts from a source that may be shared with other workers, until it gives none.
   *
   * @param slots sequences at once
   * @param longest the most tokens of a prompt that may come
   * @return answers in the order in which they were finished
   */
  public List<Completion> run(Supplier<Optional<Prompt>> source, int slots, int longest) {
    int tokens = Math.min(model.config().context(), longest + options.maxTokens());
    if (slots < 1) {
      return List.of();
    }
    try (KvCache cache = model.decoder().cache(slots, tokens)) {
      while (true) {
        admit(cache, source);
        if (running.isEmpty()) {
          return List.copyOf(done);
        }
        decode(cache);
        retire(cache);
      }
    }
  }

  /**
   * Fills free slots with prompts; some may end at their first token, so it goes on until no slot
   * or no prompt is left.
   */
  private void admit(KvCache cache, Supplier<Optional<Prompt>> source) {
    while (running.size() < cache.slots()) {
      List<Sequence> arriving = new ArrayList<>();
      int width = 0;
      Optional<Prompt> next = Optional.empty();
      while (running.size() + arriving.size() < cache.slots()
          && (arriving.size() + 1) * width < PREFILL_TOKENS
          && (next = source.get()).isPresent()) {
        arriving.add(new Sequence(next.get(), model, options));
        width = Math.max(width, next.get().tokens().length);
      }
      if (arriving.isEmpty()) {
        return;
      }
      prefill(cache, arriving, width);
      running.addAll(arriving);
      retire(cache);
    }
  }

  /**
   * Whole prompts, or chunk by chunk; a prompt that is through repeats its last token until the
   * longest is.
   */
  private void prefill(KvCache cache, List<Sequence> arriving, int width) {
    int chunk = options.prefillChunk() == 0 ? width : options.prefillChunk();
    for (int from = 0; from < width; from += chunk) {
      cancellation.check();
      int[][] tokens = new int[arriving.size()][];
      int[] starts = new int[arriving.size()];
      for (int row = 0; row < tokens.length; row++) {
        int[] prompt = arriving.get(row).prompt().tokens();
        starts[row] = Math.min(from, prompt.length - 1);
        tokens[row] =
            Arrays.copyOfRange(prompt, starts[row], Math.min(starts[row] + chunk, prompt.length));
      }
      boolean last = from + chunk >= width;
      forward(
          "prefill", cache, new Step(running.size(), tokens, starts), last ? arriving : List.of());
    }
  }

  private void decode(KvCache cache) {
    cancellation.check();
    int[][] tokens = new int[running.size()][];
    int[] starts = new int[running.size()];
    for (int row = 0; row < tokens.length; row++) {
      tokens[row] = new int[] {running.get(row).lastToken()};
      starts[row] = running.get(row).cached();
    }
    forward("decode", cache, new Step(0, tokens, starts), running);
  }

  private void forward(String kind, KvCache cache, Step step, List<Sequence> sequences) {
    try (Trace.Open span = trace.span(Thread.currentThread().getName(), kind);
        Tensor logits = model.decoder().forward(cache, step)) {
      if (!sequences.isEmpty()) {
        choose(logits, sequences);
      }
    }
  }

  private void choose(Tensor logits, List<Sequence> sequences) {
    int vocabulary = model.config().vocabularySize();
    if (options.keepLogits()) {
      float[] all = logits.toFloats();
      for (int row = 0; row < sequences.size(); row++) {
        sequences.get(row).keep(Arrays.copyOfRange(all, row * vocabulary, (row + 1) * vocabulary));
      }
    }
    if (options.sampling().isGreedy()) {
      Llama.Scored best = model.decoder().greedyScored(logits);
      for (int row = 0; row < sequences.size(); row++) {
        sequences.get(row).add((int) best.tokens()[row], best.logProbabilities()[row]);
      }
      return;
    }
    float[] scores = model.decoder().logProbabilities(logits);
    for (int row = 0; row < sequences.size(); row++) {
      Sequence sequence = sequences.get(row);
      int from = row * vocabulary;
      int token = Sampler.choose(scores, from, vocabulary, options.sampling(), sequence.uniform());
      sequence.add(token, scores[from + token]);
    }
  }

  private void retire(KvCache cache) {
    for (int slot = running.size() - 1; slot >= 0; slot--) {
      Sequence sequence = running.get(slot);
      if (sequence.finished()) {
        done.add(sequence.completion());
        Sequence last = running.removeLast();
        if (last != sequence) {
          model.decoder().move(cache, running.size(), slot, last.cached());
          running.set(slot, last);
        }
      }
    }
  }
}
