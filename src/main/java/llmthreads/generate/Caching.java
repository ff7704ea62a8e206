package llmthreads.generate;

import llmthreads.model.Paging;

/**
 * How a worker keeps the keys and values of its sequences; none of it changes an answer.
 *
 * @param sharing whether prompts that begin alike share the pages that they have in common, so that
 *     those are computed once and stand in memory once; see {@link PagePool}
 * @param positions the most that a worker's cache has room for; 0 for all that its batch may need.
 *     Where room runs out, the youngest sequence gives its pages back and is computed anew later
 */
public record Caching(boolean sharing, int positions) {
  /** Shared beginnings, room for everything. */
  public static final Caching DEFAULT = new Caching(true, 0);

  /** Checks the range. */
  public Caching {
    if (positions < 0) {
      throw new IllegalArgumentException(
          "A cache has room for 0 (as many as needed) or more positions, not " + positions);
    }
  }

  /**
   * The pages of a worker's cache.
   *
   * @param sequences at once
   * @param longest positions that each may have
   * @throws IllegalArgumentException when one sequence would not fit
   */
  Paging paging(int sequences, int longest) {
    Paging all = Paging.of(sequences, longest);
    if (positions == 0) {
      return all;
    }
    Paging limited = new Paging(Math.max(1, positions / all.size()), all.size());
    if (limited.pages() < all.pagesFor(longest)) {
      throw new IllegalArgumentException(
          "A cache of %d positions has %d pages of %d, but one sequence may need %d: give it %d"
              .formatted(
                  positions,
                  limited.pages(),
                  all.size(),
                  all.pagesFor(longest),
                  all.pagesFor(longest) * all.size()));
    }
    return limited.pages() < all.pages() ? limited : all;
  }
}
