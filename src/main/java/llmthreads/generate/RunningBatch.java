package llmthreads.generate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
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

  private static final String PREFILL = "prefill";

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
  private int[][] guesses = {};

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
    Caching caching = options.execution().caching();
    int positions = options.positions(model.config(), longest);
    options
        .execution()
        .speculation()
        .ifPresent(speculation -> speculation.check(model.config(), positions));
    this.pool = new PagePool(caching.paging(slots, positions), caching.sharing());
  }

  /**
   * What comes next.
   *
   * @param kind {@code prefill} or {@code decode}
   */
  public record Next(String kind, Step step) {
    boolean isPrefill() {
      return kind.equals(PREFILL);
    }
  }

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
        arriving.isEmpty() ? new Next("decode", decode()) : new Next(PREFILL, prefill()));
  }

  /** The decode step that {@link #next} gave, with what a draft guesses behind each token. */
  Next speculate(Next next, Draft draft) {
    guesses = draft.guess(running, running.stream().mapToInt(this::ahead).toArray());
    int[][] tokens = new int[guesses.length][];
    for (int row = 0; row < tokens.length; row++) {
      tokens[row] = Arrays.copyOf(next.step.tokens()[row], 1 + guesses[row].length);
      System.arraycopy(guesses[row], 0, tokens[row], 1, guesses[row].length);
    }
    return new Next(
        next.kind, new Step(tokens, next.step.starts(), next.step.pages()).ofEveryToken());
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
      int all = pool.paging().pagesFor(tokens.length);
      int pages = all - shared.size() + pool.keptOf(shared);
      if (pages > room || comesLater(tokens, shared.size())) {
        waiting.addFirst(sequence);
        break;
      }
      pool.hold(shared);
      sequence.enter(shared, shared.size() * pool.paging().size());
      arriving.add(sequence);
      room -= pages + (mayGrow(sequence, all) ? 1 : 0);
      width = Math.max(width, tokens.length - sequence.computed());
    }
    givePages(arriving, sequence -> pool.paging().pagesFor(sequence.length()));
  }

  private Optional<Sequence> candidate() {
    return Optional.ofNullable(waiting.poll())
        .or(() -> source.get().map(prompt -> new Sequence(prompt, model, options)));
  }

  /** Whether a sequence that arrives is about to compute a page that this one will share then. */
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
    return pages < pool.paging().pagesFor(positions);
  }

  /** Gives sequences the pages that they lack, so that those read together lie side by side. */
  private void givePages(List<Sequence> sequences, ToIntFunction<Sequence> needed) {
    int most = sequences.stream().mapToInt(needed).max().orElse(0);
    for (int i = 0; i < most; i++) {
      int last = -1;
      for (Sequence sequence : sequences) {
        List<Integer> pages = sequence.pages();
        if (i == pages.size() && i < needed.applyAsInt(sequence)) {
          pages.add(pool.take(last + 1));
        }
        last = i < pages.size() ? pages.get(i) : last;
      }
    }
  }

  /**
   * Whole prompts, or the next chunk of each; a prompt that is through repeats its last token until
   * the longest is.
   */
  private Step prefill() {
    int chunk =
        options.execution().prefillChunk() == 0 ? width : options.execution().prefillChunk();
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
    givePages(running, this::needs);
    int[][] tokens = new int[running.size()][];
    int[] starts = new int[running.size()];
    for (int row = 0; row < tokens.length; row++) {
      tokens[row] = new int[] {running.get(row).lastToken()};
      starts[row] = running.get(row).length() - 1;
    }
    return new Step(tokens, starts, pages(running));
  }

  /** Pages that running sequences need for their next step and have not. */
  private int lacking() {
    return running.stream().mapToInt(s -> Math.max(0, needs(s) - s.pages().size())).sum();
  }

  /** Pages that a sequence's next step needs. */
  private int needs(Sequence sequence) {
    return pool.paging().pagesFor(sequence.length() + ahead(sequence));
  }

  /** Tokens that a sequence can use of a draft's guesses, one being its own in any case. */
  private int ahead(Sequence sequence) {
    int prompt = sequence.prompt().tokens().length;
    int positions = options.positions(model.config(), prompt);
    return Math.min(
        options.execution().speculation().map(Speculation::tokens).orElse(0),
        positions - sequence.length() - 1);
  }

  private static int[][] pages(List<Sequence> sequences) {
    return sequences.stream().map(Sequence::pageNumbers).toArray(int[][]::new);
  }

  /** Gives each sequence its next token, and those behind it as long as the guesses were right. */
  private void choose(Tensor logits, List<Sequence> sequences) {
    Chooser chooser = chooser(logits);
    int rowsEach = 1 + Arrays.stream(guesses).mapToInt(row -> row.length).max().orElse(0);
    for (int i = 0; i < sequences.size(); i++) {
      Sequence sequence = sequences.get(i);
      int[] guessed = guesses.length == 0 ? new int[0] : guesses[i];
      int row = i * rowsEach;
      chooser.choose(sequence, row);
      for (int guess : guessed) {
        if (sequence.finished() || sequence.lastToken() != guess) {
          break;
        }
        chooser.choose(sequence, ++row);
      }
    }
    guesses = new int[0][];
  }

  /** Gives a sequence the token that a row of logits chooses. */
  @FunctionalInterface
  private interface Chooser {
    void choose(Sequence sequence, int row);
  }

  private Chooser chooser(Tensor logits) {
    int vocabulary = model.config().vocabularySize();
    Sampling sampling = options.sampling();
    float[] all =
        options.report().keepLogits() || sampling.changesLogits() ? logits.toFloats() : null;
    Chooser chooser;
    if (sampling.isGreedy() && !sampling.changesLogits() && options.report().likeliest() == 0) {
      TokenScores.Scored best = model.scores().greedyScored(logits);
      chooser =
          (sequence, row) -> sequence.add((int) best.tokens()[row], best.logProbabilities()[row]);
    } else {
      float[] scores = model.scores().logProbabilities(logits);
      float[] changed = sampling.changesLogits() ? all.clone() : scores;
      chooser = (sequence, row) -> sequence.choose(scores, changed, row * vocabulary, vocabulary);
    }
    if (!options.report().keepLogits()) {
      return chooser;
    }
    return (sequence, row) -> {
      sequence.keep(Arrays.copyOfRange(all, row * vocabulary, (row + 1) * vocabulary));
      chooser.choose(sequence, row);
    };
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
