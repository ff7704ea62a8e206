package llmthreads.model;

/**
 * How a {@link KvCache} is divided: into pages, each of which takes so many positions next to each
 * other of one sequence. A sequence's positions {@code i · size} to {@code (i + 1) · size} lie in
 * its page {@code i}, which may be any one of the cache.
 *
 * @param pages how many
 * @param size positions of a page: {@link DecoderScript#REACH}, or a smaller multiple of {@link
 *     KvCache#BLOCK} for sequences that fit one page
 */
public record Paging(int pages, int size) {
  /** Checks the ranges. */
  public Paging {
    if (pages < 1) {
      throw new IllegalArgumentException("A cache has at least 1 page, not " + pages);
    }
    if (size < KvCache.BLOCK || size > DecoderScript.REACH || size % KvCache.BLOCK != 0) {
      throw new IllegalArgumentException(
          "A page has a multiple of %d positions, %d at most, not %d"
              .formatted(KvCache.BLOCK, DecoderScript.REACH, size));
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
    int size =
        Math.min(DecoderScript.REACH, Math.ceilDiv(positions, KvCache.BLOCK) * KvCache.BLOCK);
    return new Paging(Math.multiplyExact(sequences, Math.ceilDiv(positions, size)), size);
  }

  /**
   * Pages of a sequence of so many positions.
   *
   * @throws IllegalArgumentException when it does not fit one page and pages are smaller than
   *     {@link DecoderScript#REACH}: attention adds up page by page, so pages must be alike
   */
  public int pagesFor(int positions) {
    if (positions > size && size < DecoderScript.REACH) {
      throw new IllegalArgumentException(
          "This cache has pages for %d positions at most, not %d".formatted(size, positions));
    }
    return Math.ceilDiv(positions, size);
  }
}
