package llmthreads.model;

import java.util.Arrays;

/**
 * What one forward call computes: for each row, the next tokens of the sequence in slot {@code
 * firstSlot + row}.
 *
 * <p>Rows may be of unequal length. A shorter one is filled up by repeating its last token at its
 * own position: that computes the same numbers again, so nothing wrong ever enters the cache.
 *
 * @param firstSlot slot of row 0; the rows' slots follow each other
 * @param tokens for each row one token or more
 * @param starts position of each row's first token
 */
public record Step(int firstSlot, int[][] tokens, int[] starts) {
  /** Checks that every row has a start and a token. */
  public Step {
    if (tokens.length == 0 || tokens.length != starts.length) {
      throw new IllegalArgumentException(
          "A step has a start for each row and at least one row: %d rows, %d starts"
              .formatted(tokens.length, starts.length));
    }
    for (int[] row : tokens) {
      if (row.length == 0) {
        throw new IllegalArgumentException("Every row of a step has at least one token");
      }
    }
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

  /** One more than the greatest position. */
  public int end() {
    int end = 0;
    for (int row = 0; row < rows(); row++) {
      end = Math.max(end, starts[row] + tokens[row].length);
    }
    return end;
  }

  /** The last token of each row, as a number among {@code rows · width} tokens. */
  int[] lastTokens() {
    int[] last = new int[rows()];
    for (int row = 0; row < last.length; row++) {
      last[row] = row * width() + tokens[row].length - 1;
    }
    return last;
  }

  /** Where all rows start, when they are alike in start and length; else -1. */
  int commonStart() {
    for (int row = 1; row < rows(); row++) {
      if (starts[row] != starts[0] || tokens[row].length != tokens[0].length) {
        return -1;
      }
    }
    return starts[0];
  }

  @Override
  public String toString() {
    return "Step[slots %d to %d, lengths %s, starts %s]"
        .formatted(
            firstSlot,
            firstSlot + rows() - 1,
            Arrays.toString(Arrays.stream(tokens).mapToInt(row -> row.length).toArray()),
            Arrays.toString(starts));
  }
}
