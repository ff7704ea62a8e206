package llmthreads.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What one forward call computes: for each row, the next tokens of a sequence.
 *
 * <p>Rows may be of unequal length. A shorter one is filled up by repeating its last token at its
 * own position: that computes the same numbers again, so nothing wrong ever enters the cache.
 *
 * @param tokens for each row one token or more
 * @param starts position of each row's first token
 * @param pages for each row its pages up to its last token, in order; rows may share those that
 *     none of them writes in this step
 * @param everyToken whether logits are asked for behind every token, or behind each row's last
 */
public record Step(int[][] tokens, int[] starts, int[][] pages, boolean everyToken) {
  /** Checks that every row has a start, pages and a token. */
  public Step {
    if (tokens.length == 0 || tokens.length != starts.length || tokens.length != pages.length) {
      throw new IllegalArgumentException(
          "A step has a start and pages for each row and at least one row: %d rows, %d starts, %d"
              .formatted(tokens.length, starts.length, pages.length));
    }
    for (int[] row : tokens) {
      if (row.length == 0) {
        throw new IllegalArgumentException("Every row of a step has at least one token");
      }
    }
  }

  /** A step that asks for logits behind each row's last token. */
  public Step(int[][] tokens, int[] starts, int[][] pages) {
    this(tokens, starts, pages, false);
  }

  /**
   * A step of sequences that have a cache to themselves: page {@code i} of row {@code r} is the
   * cache's {@code i · rows + r}.
   */
  public static Step alone(Paging paging, int[][] tokens, int... starts) {
    int[][] pages = new int[tokens.length][];
    for (int row = 0; row < pages.length; row++) {
      pages[row] = new int[paging.pagesFor(starts[row] + tokens[row].length)];
      for (int i = 0; i < pages[row].length; i++) {
        pages[row][i] = i * pages.length + row;
      }
    }
    return new Step(tokens, starts, pages);
  }

  /** How many sequences. */
  public int rows() {
    return tokens.length;
  }

  /** Tokens of the longest row. */
  public int width() {
    int width = 0;
    for (int[] row : tokens) {
      width = Math.max(width, row.length);
    }
    return width;
  }

  /** One more than a row's greatest position. */
  int end(int row) {
    return starts[row] + tokens[row].length;
  }

  /** One more than the greatest position. */
  public int end() {
    int end = 0;
    for (int row = 0; row < rows(); row++) {
      end = Math.max(end, end(row));
    }
    return end;
  }

  /** The same with logits asked for behind every token. */
  public Step ofEveryToken() {
    return new Step(tokens, starts, pages, true);
  }

  /** Tokens whose logits are asked for, as numbers among {@code rows · width}. */
  int[] picks() {
    if (everyToken) {
      return IntStream.range(0, rows() * width()).toArray();
    }
    int[] last = new int[rows()];
    for (int row = 0; row < last.length; row++) {
      last[row] = row * width() + tokens[row].length - 1;
    }
    return last;
  }

  @Override
  public String toString() {
    return "Step[lengths %s, starts %s, pages %s]"
        .formatted(
            Arrays.toString(Arrays.stream(tokens).mapToInt(row -> row.length).toArray()),
            Arrays.toString(starts),
            Arrays.deepToString(pages));
  }
}
