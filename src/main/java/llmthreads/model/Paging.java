package llmthreads.model;

/**
 * How a {@link KvCache} is divided: into pages, each of which takes so many positions next to each
 * other of one sequence. A sequence's positions {@code b · size} to {@code (b + 1) · size} are its
 * block {@code b} and lie in any one page.
 *
 * @param pages how many
 * @param size positions of a page: {@link DecoderScript#REACH}, or a smaller multiple of {@link
 *     #GRAIN} for sequences that fit one page
 */
public record Paging(int pages, int size) {
  /** Attention looks at whole grains of this many positions. */
  public static final int GRAIN = 32;

  /** Checks the ranges. */
  public Paging {
    if (pages < 1) {
      throw new IllegalArgumentException("A cache has at least 1 page, not " + pages);
    }
    if (size < GRAIN || size > DecoderScript.REACH || size % GRAIN != 0) {
      throw new IllegalArgumentException(
          "A page has a multiple of %d positions, %d at most, not %d"
              .formatted(GRAIN, DecoderScript.REACH, size));
    }
  }

  /**
   * Enough for so many sequences.
   *
   * @param sequences at once
   * @param positions that each may have
   */
  public static Paging of(int sequences, int positions) {
    if (sequences < 1 || positions < 1) {
      throw new IllegalArgumentException(
          "A cache holds at least 1 sequence of 1 position, not %d of %d"
              .formatted(sequences, positions));
    }
    int size = Math.min(DecoderScript.REACH, Math.ceilDiv(positions, GRAIN) * GRAIN);
    return new Paging(Math.multiplyExact(sequences, Math.ceilDiv(positions, size)), size);
  }

  /**
   * Blocks of a sequence of so many positions.
   *
   * @throws IllegalArgumentException when it does not fit one page and pages are smaller than
   *     {@link DecoderScript#REACH}: attention adds up block by block, so blocks must be alike
   */
  public int blocks(int positions) {
    if (positions > size && size < DecoderScript.REACH) {
      throw new IllegalArgumentException(
          "This cache has pages for %d positions at most, not %d".formatted(size, positions));
    }
    return Math.ceilDiv(positions, size);
  }
}
