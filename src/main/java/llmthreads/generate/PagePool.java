package llmthreads.generate;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import llmthreads.model.Paging;

/**
 * Who has which page of a cache. A page is free, held by one sequence or several, or kept: held by
 * none, but known by the tokens in it and before it, so that a prompt that begins alike can have it
 * again. Kept pages are given away when no free one is left, the one longest unused first.
 *
 * <p>Free, held and kept pages are always all pages. One thread uses a pool at a time.
 */
final class PagePool {
  private static final int NONE = -1;

  private final Paging paging;
  private final boolean sharing;
  private final int[] holders;
  private final Content[] contents;
  private final BitSet free = new BitSet();
  private final LinkedHashSet<Integer> kept = new LinkedHashSet<>();
  private final Map<Content, Integer> known = new HashMap<>();

  /**
   * What is in a page: tokens, behind those of another page. That one stays as long as this does,
   * since whoever holds a page holds those before it and gives them back after it.
   */
  private record Content(int before, IntBuffer tokens) {}

  /** A pool of free pages. */
  PagePool(Paging paging, boolean sharing) {
    this.paging = paging;
    this.sharing = sharing;
    this.holders = new int[paging.pages()];
    this.contents = new Content[paging.pages()];
    free.set(0, paging.pages());
  }

  Paging paging() {
    return paging;
  }

  /** Pages that can be taken. */
  int available() {
    return free.cardinality() + kept.size();
  }

  int held() {
    return (int) Arrays.stream(holders).filter(count -> count > 0).count();
  }

  /**
   * The full pages that hold the beginning of these tokens; at least one token is left to be
   * computed. They are not held by that.
   */
  List<Integer> find(int... tokens) {
    List<Integer> found = new ArrayList<>();
    int before = NONE;
    for (int i = 0; i < sharable(tokens); i++) {
      Integer page = known.get(content(before, i, tokens));
      if (page == null) {
        break;
      }
      found.add(page);
      before = page;
    }
    return found;
  }

  /** Pages of these tokens that another sequence could share. */
  int sharable(int... tokens) {
    return sharing ? (tokens.length - 1) / paging.size() : 0;
  }

  /** How many of these pages are among the available ones. */
  int keptOf(List<Integer> pages) {
    return (int) pages.stream().filter(kept::contains).count();
  }

  /** Holds pages that were found. */
  void hold(List<Integer> pages) {
    for (int page : pages) {
      holders[page]++;
      kept.remove(page);
    }
  }

  /**
   * Takes a page that nobody holds.
   *
   * @param wanted is taken if it is free, so that pages read together lie together
   * @throws IllegalStateException when none is {@link #available}
   */
  int take(int wanted) {
    int page = wanted < paging.pages() && free.get(wanted) ? wanted : free.nextSetBit(0);
    if (page == NONE) {
      page =
          kept.stream()
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalStateException("All %d pages are held".formatted(paging.pages())));
      kept.remove(page);
      forget(page);
    }
    free.clear(page);
    holders[page] = 1;
    return page;
  }

  /** Says that a sequence's pages now hold these tokens. */
  void know(List<Integer> pages, int... tokens) {
    int before = NONE;
    for (int i = 0; i < sharable(tokens); i++) {
      int page = pages.get(i);
      Content content = content(before, i, tokens);
      if (contents[page] == null && known.putIfAbsent(content, page) == null) {
        contents[page] = content;
      }
      if (!content.equals(contents[page])) {
        return;
      }
      before = page;
    }
  }

  /** Gives a sequence's pages back. */
  void release(List<Integer> pages) {
    for (int page : pages.reversed()) {
      if (--holders[page] == 0) {
        if (contents[page] == null) {
          free.set(page);
        } else {
          kept.add(page);
        }
      }
    }
  }

  private void forget(int page) {
    known.remove(contents[page]);
    contents[page] = null;
  }

  private Content content(int before, int number, int... tokens) {
    return new Content(before, IntBuffer.wrap(tokens, number * paging.size(), paging.size()));
  }
}
