package llmthreads.parallel;

import java.util.ArrayList;
import java.util.List;

/**
 * How many workers, how many threads inside each, how many sequences at once: what a data-parallel
 * run may be given without changing an answer.
 *
 * @param workers 1 or more
 * @param intraOpThreads of each worker, itself included
 * @param batch sequences that a worker computes at once
 */
public record Setting(int workers, int intraOpThreads, int batch) {
  /** Checks that every number is at least 1. */
  public Setting {
    if (workers < 1 || intraOpThreads < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "A setting's numbers are 1 or more, not %d workers × %d threads, batch %d"
              .formatted(workers, intraOpThreads, batch));
    }
  }

  /**
   * Every way to use some or all cores, with every batch size: workers and threads are powers of 2
   * whose product is not above the cores.
   *
   * @param cores 1 or more; a fraction counts as the whole number below
   */
  public static List<Setting> grid(double cores, List<Integer> batches) {
    List<Setting> all = new ArrayList<>();
    for (int workers = 1; workers <= Math.max(1, cores); workers *= 2) {
      for (int threads = 1; workers * threads <= Math.max(1, cores); threads *= 2) {
        for (int batch : batches) {
          all.add(new Setting(workers, threads, batch));
        }
      }
    }
    return all;
  }

  /** Sequences of all workers at once. */
  public int sequences() {
    return workers * batch;
  }

  /** In the form {@code 2 × 1, batch 8}: workers, intra-op threads, batch. */
  @Override
  public String toString() {
    return "%d × %d, batch %d".formatted(workers, intraOpThreads, batch);
  }
}
