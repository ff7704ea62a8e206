package llmthreads.generate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import llmthreads.model.LanguageModel;
import llmthreads.model.Paging;
import llmthreads.model.Step;
import llmthreads.model.TokenScores;
import llmthreads.script.Tensor;

/**
 * Sequences that are computed together: it takes prompts in while there is room, says what the next
 * step computes and in which pages of a cache it is kept, gives every sequence the token that the
 * step's logits choose, and lets finished ones go. It computes nothing itself, so one thread may
 * run its steps, or stages in a row.
 *
 * <p>One thread uses it at a time.
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
  private final PagePool pool;
  private final Deque<Sequence> waiting = new ArrayDeque<>();
  private final List<Sequence> running = new ArrayList<>();
  private final List<Sequence> arriving = new ArrayList<>();
  private final List<Completion> done = new ArrayList<>();
  private int prefilled;
  private int width;

  /**
   * A batch that is empty yet.
   *
   * @param source gives prompts until it has none left; it may be shared with other batches
   * @param slots sequences at once
   * @param longest the most tokens of a prompt that may come
   */
  public RunningBatch(
      LanguageModel model,
      GenerateOptions options,
      Supplier<Optional<Prompt>> source,
      int slots,
      int longest) {
    this.model = model;
    this.options = options;
    this.source = source;
    this.slots = slots;
    Caching caching = options.caching();
    int positions = options.positions(model.config(), longest);
    this.pool = new PagePool(caching.paging(slots, positions), caching.sharing());
  }

  /**
   * What comes next.
   *
   * @param kind {@code prefill} or {@code decode}
   */
  public record Next(String kind, Step step) {}

  /** The cache that its steps need. */
  public Paging paging() {
    return pool.paging();
  }

  /** The next step; empty when no sequence is left and no prompt. */
  public Optional<Next> next() {
    if (arriving.isEmpty()) {
      admit();
    }
    if (arriving.isEmpty() && running.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        arriving.isEmpty() ? new Next("decode", decode()) : new Next("prefill", prefill()));
  }

  /** Takes the logits of the step that {@link #next} gave last. */
  public void take(Tensor logits) {
    if (prefilled < width) {
      return;
    }
    choose(logits, arriving.isEmpty() ? running : arriving);
    for (Sequence sequence : arriving) {
      pool.know(sequence.pages(), sequence.prompt().tokens());
      running.add(sequence);
    }
    arriving.clear();
    retire();
  }

  /** Answers so far, in the order in which they were finished. */
  public List<Completion> done() {
    return List.copyOf(done);
  }

  /** Takes sequences in, in their order, as long as there are slots and pages for the next. */
  private void admit() {
    width = 0;
    prefilled = 0;
    int room =
        pool.available() - (int) running.stream().filter(s -> mayGrow(s, s.pages().size())).count();
    Optional<Sequence> next = Optional.empty();
    while (running.size() + arriving.size() < slots
        && (arriving.size() + 1) * width < PREFILL_TOKENS
        && (next = candidate()).isPresent()) {
      Sequence sequence = next.get();
      int[] tokens = sequence.tokens();
      List<Integer> shared = pool.find(tokens);
      int blocks = pool.paging().blocks(tokens.length);
      int pages = blocks - shared.size() + pool.keptOf(shared);
      if (pages > room || comesLater(tokens, shared.size())) {
        waiting.addFirst(sequence);
        break;
      }
      pool.hold(shared);
      sequence.enter(shared, shared.size() * pool.paging().size());
      arriving.add(sequence);
      room -= pages + (mayGrow(sequence, blocks) ? 1 : 0);
      width = Math.max(width, tokens.length - sequence.computed());
    }
    givePages(arriving);
  }

  private Optional<Sequence> candidate() {
    return Optional.ofNullable(waiting.poll())
        .or(() -> source.get().map(prompt -> new Sequence(prompt, model, options)));
  }

  /** Whether a sequence that arrives is about to compute a block that this one will share then. */
  private boolean comesLater(int[] tokens, int found) {
    int shared = (found + 1) * pool.paging().size();
    return found < pool.sharable(tokens)
        && arriving.stream()
            .map(Sequence::tokens)
            .anyMatch(
                other ->
                    found < pool.sharable(other)
                        && Arrays.equals(tokens, 0, shared, other, 0, shared));
  }

  /** Whether a sequence may yet need more than so many pages. */
  private boolean mayGrow(Sequence sequence, int pages) {
    int positions = options.positions(model.config(), sequence.prompt().tokens().length);
    return pages < pool.paging().blocks(positions);
  }

  /** Gives sequences the pages that they lack, so that a block's pages lie side by side. */
  private void givePages(List<Sequence> sequences) {
    int blocks = sequences.stream().mapToInt(s -> pool.paging().blocks(s.length())).max().orElse(0);
    for (int block = 0; block < blocks; block++) {
      int last = -1;
      for (Sequence sequence : sequences) {
        List<Integer> pages = sequence.pages();
        if (block == pages.size() && block < pool.paging().blocks(sequence.length())) {
          pages.add(pool.take(last + 1));
        }
        last = block < pages.size() ? pages.get(block) : last;
      }
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
      int[] all = arriving.get(row).tokens();
      starts[row] = Math.min(arriving.get(row).computed() + prefilled, all.length - 1);
      tokens[row] = Arrays.copyOfRange(all, starts[row], Math.min(starts[row] + chunk, all.length));
    }
    prefilled += chunk;
    return new Step(tokens, starts, pages(arriving));
  }

  private Step decode() {
    while (lacking() > pool.available()) {
      Sequence youngest =
          running.stream()
              .max(Comparator.comparingInt(sequence -> sequence.prompt().index()))
              .orElseThrow();
      running.remove(youngest);
      pool.release(youngest.leave());
      waiting.addFirst(youngest);
    }
    givePages(running);
    int[][] tokens = new int[running.size()][];
    int[] starts = new int[running.size()];
    for (int row = 0; row < tokens.length; row++) {
      tokens[row] = new int[] {running.get(row).lastToken()};
      starts[row] = running.get(row).length() - 1;
    }
    return new Step(tokens, starts, pages(running));
  }

  /** Pages that running sequences need for their last token and have not. */
  private int lacking() {
    return running.stream()
        .mapToInt(s -> pool.paging().blocks(s.length()) - s.pages().size())
        .sum();
  }

  private static int[][] pages(List<Sequence> sequences) {
    return sequences.stream().map(Sequence::pageNumbers).toArray(int[][]::new);
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

  /** Lets finished sequences go; those whose pages lie side by side stay neighbours. */
  private void retire() {
    for (Sequence sequence : running) {
      if (sequence.finished()) {
        done.add(sequence.completion());
        pool.release(sequence.leave());
      }
    }
    running.removeIf(Sequence::finished);
    running.sort(Comparator.comparing(Sequence::pageNumbers, Arrays::compare));
  }
}
