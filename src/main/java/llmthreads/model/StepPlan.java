package llmthreads.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A step in the integers that the decoder's script takes.
 *
 * @param rows sequences times tokens of each as they are computed: one, or so many that the query
 *     rows of each key-value head come in multiples of {@link DecoderScript#queryRows}
 * @param picks tokens whose logits are asked for
 * @param lists of every token: itself, its position, the page it is stored in and its place there;
 *     then columns looked at and picks, one behind the other
 * @param runs what attention reads, {@value #RUN} numbers each, see {@link Run}
 * @param numbers sizes of the lists, where tokens are stored, and switches, in the script's order
 */
record StepPlan(int rows, int picks, long[] lists, long[] runs, long[] numbers) {
  /** Numbers of a run. */
  static final int RUN = 5;

  /** Place of the query heads among the numbers. */
  private static final int HEADS = 7;

  /**
   * Pages of rows next to each other that attention reads as one matrix a head.
   *
   * @param at the pages' first position
   * @param row the first of the rows
   * @param rows how many
   * @param page the first row's; the others' lie behind it one by one, or it is theirs too
   * @param pages how many: as many as rows, or 1
   */
  private record Run(int at, int row, int rows, int page, int pages) {
    /** With one row more, if its page is the next, or the same. */
    List<Run> with(int nextRow, int nextPage) {
      boolean adjoins = nextRow == row + rows;
      if (adjoins && pages == rows && nextPage == page + pages) {
        return List.of(new Run(at, row, rows + 1, page, pages + 1));
      }
      if (adjoins && pages == 1 && nextPage == page) {
        return List.of(new Run(at, row, rows + 1, page, 1));
      }
      return List.of(this, new Run(at, nextRow, 1, nextPage, 1));
    }
  }

  /**
   * Checks a step and lays it out.
   *
   * @param heads query heads that are computed
   * @throws IllegalArgumentException when the step does not fit the cache or the model
   */
  static StepPlan of(Config config, LayerRange range, Paging paging, int heads, Step step) {
    check(config, paging, step);
    int[] picks = step.picks();
    int width = width(config, step);
    int look = Math.ceilDiv(step.end(), KvCache.BLOCK) * KvCache.BLOCK;
    boolean together = width == step.width() && isTogether(paging, step);
    int start = step.starts()[0];
    long[] numbers = {
      step.rows(),
      width,
      width == 1 ? DecoderScript.queryUnit(config) : width,
      look,
      picks.length,
      step.pages()[0][start / paging.size()],
      together ? start % paging.size() : -1,
      heads,
      range.from() == 0 ? 1 : 0,
      range.to() == config.layers() ? 1 : 0
    };
    return new StepPlan(
        step.rows() * width,
        picks.length,
        lists(paging, step, width, look, picks),
        runs(paging, step),
        numbers);
  }

  /** The same for a shard with fewer query heads. */
  StepPlan withHeads(int heads) {
    long[] own = numbers.clone();
    own[HEADS] = heads;
    return new StepPlan(rows, picks, lists, runs, own);
  }

  /** Bytes of a step's hidden states. */
  static long hiddenBytes(Config config, Precision precision, Step step) {
    long numbers = (long) step.rows() * width(config, step) * config.hiddenSize();
    return numbers * precision.activations().bytes();
  }

  private static int width(Config config, Step step) {
    int width = step.width();
    int unit = DecoderScript.queryUnit(config);
    return width == 1 ? 1 : Math.ceilDiv(width, unit) * unit;
  }

  /** Whether all rows are stored at the same places of pages that follow each other. */
  private static boolean isTogether(Paging paging, Step step) {
    int start = step.starts()[0];
    int i = start / paging.size();
    if ((step.end(0) - 1) / paging.size() != i) {
      return false;
    }
    for (int row = 1; row < step.rows(); row++) {
      if (step.starts()[row] != start
          || step.end(row) != step.end(0)
          || step.pages()[row][i] != step.pages()[0][i] + row) {
        return false;
      }
    }
    return true;
  }

  private static long[] lists(Paging paging, Step step, int width, int look, int... picks) {
    int all = step.rows() * width;
    int columns = 4 * all;
    long[] lists = new long[columns + look + picks.length];
    for (int row = 0; row < step.rows(); row++) {
      int last = step.tokens()[row].length - 1;
      for (int t = 0; t < width; t++) {
        int i = row * width + t;
        int position = step.starts()[row] + Math.min(t, last);
        lists[i] = step.tokens()[row][Math.min(t, last)];
        lists[all + i] = position;
        lists[2 * all + i] = step.pages()[row][position / paging.size()];
        lists[3 * all + i] = position % paging.size();
      }
    }
    for (int column = 0; column < look; column++) {
      lists[columns + column] = column;
    }
    for (int i = 0; i < picks.length; i++) {
      lists[columns + look + i] = picks[i] / step.width() * width + picks[i] % step.width();
    }
    return lists;
  }

  /** By position, since sums over values go from page to page. */
  private static long[] runs(Paging paging, Step step) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < paging.pagesFor(step.end()); i++) {
      int first = runs.size();
      for (int row = 0; row < step.rows(); row++) {
        if (i < paging.pagesFor(step.end(row))) {
          int page = step.pages()[row][i];
          if (runs.size() == first) {
            runs.add(new Run(i * paging.size(), row, 1, page, 1));
          } else {
            runs.addAll(runs.removeLast().with(row, page));
          }
        }
      }
    }
    return runs.stream()
        .flatMapToLong(run -> LongStream.of(run.at, run.row, run.rows, run.page, run.pages))
        .toArray();
  }

  private static void check(Config config, Paging paging, Step step) {
    if (step.end() > config.context()) {
      throw new IllegalArgumentException(
          "%s ends at position %d, but the model's context is %d"
              .formatted(step, step.end(), config.context()));
    }
    for (int row = 0; row < step.rows(); row++) {
      int pages = paging.pagesFor(step.end(row));
      if (step.starts()[row] < 0 || step.pages()[row].length < pages) {
        throw new IllegalArgumentException(
            "Row %d of %s needs %d pages of %d positions"
                .formatted(row, step, pages, paging.size()));
      }
      for (int i = 0; i < pages; i++) {
        int page = step.pages()[row][i];
        if (page < 0 || page >= paging.pages()) {
          throw new IllegalArgumentException(
              "%s does not fit a cache of %d pages".formatted(step, paging.pages()));
        }
      }
      for (int token : step.tokens()[row]) {
        if (token < 0 || token >= config.vocabularySize()) {
          throw new IllegalArgumentException(
              "Token %d lies outside the vocabulary of %d"
                  .formatted(token, config.vocabularySize()));
        }
      }
    }
  }
}
