package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import llmthreads.model.Paging;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Sequences come and go as they like; a twin writes down of which tokens each page was computed
 * last.
 */
class PagePoolProperties {
  private static final int SIZE = 32;

  private record Held(int[] tokens, List<Integer> pages) {}

  @Property(tries = 300)
  void pages_that_are_found_hold_the_tokens_and_none_is_lost(
      @ForAll @IntRange(min = 4, max = 40) int pages, @ForAll long seed) {
    Paging paging = new Paging(pages, SIZE);
    PagePool pool = new PagePool(paging, true);
    int[][] written = new int[pages][];
    List<Held> held = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      if (held.isEmpty() || random.nextInt(3) > 0) {
        enter(pool, tokens(random), written, held, random);
      } else {
        pool.release(held.remove(random.nextInt(held.size())).pages);
      }
      for (Held sequence : held) {
        for (int block = 0; block < sequence.pages.size(); block++) {
          assertArrayEquals(upTo(sequence.tokens, block), written[sequence.pages.get(block)]);
        }
      }
      long holding = held.stream().flatMap(sequence -> sequence.pages.stream()).distinct().count();
      assertEquals(holding, pool.held());
      assertEquals(pages, pool.available() + pool.held());
    }
    held.forEach(sequence -> pool.release(sequence.pages));
    assertEquals(pages, pool.available());
  }

  private static void enter(
      PagePool pool, int[] tokens, int[][] written, List<Held> held, SplittableRandom random) {
    List<Integer> pages = new ArrayList<>(pool.find(tokens));
    for (int block = 0; block < pages.size(); block++) {
      assertArrayEquals(upTo(tokens, block), written[pages.get(block)]);
    }
    int blocks = Math.ceilDiv(tokens.length, SIZE);
    if (blocks - pages.size() + pool.keptOf(pages) > pool.available()) {
      return;
    }
    pool.hold(pages);
    while (pages.size() < blocks) {
      int page = pool.take(random.nextInt(written.length));
      written[page] = upTo(tokens, pages.size());
      pages.add(page);
    }
    pool.know(pages, tokens);
    held.add(new Held(tokens, pages));
  }

  /** A text whose blocks are one of two each, so that many begin alike. */
  private static int[] tokens(SplittableRandom random) {
    int[] tokens = new int[1 + random.nextInt(5 * SIZE)];
    for (int block = 0; block * SIZE < tokens.length; block++) {
      int to = Math.min(tokens.length, (block + 1) * SIZE);
      Arrays.fill(tokens, block * SIZE, to, random.nextInt(2));
    }
    return tokens;
  }

  /** Keys and values of a block depend on all tokens up to its end. */
  private static int[] upTo(int[] tokens, int block) {
    return Arrays.copyOf(tokens, Math.min(tokens.length, (block + 1) * SIZE));
  }
}
