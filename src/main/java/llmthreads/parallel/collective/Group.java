package llmthreads.parallel.collective;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import llmthreads.parallel.Worker;

/**
 * Workers that exchange arrays of floats: the collective operations of MPI and NCCL, over memory
 * that all of them see.
 *
 * <p>Every member calls the same operations in the same order, each with an array of its own, of
 * equal size; a member returns when nobody reads its array any more. An array is native memory or
 * lies over a {@code float[]}. Sums are taken in a fixed order, whoever comes first, and every
 * member gets the same bits; each operation is recorded in the worker's trace, with the bytes that
 * it moved.
 *
 * <p>A member that waits is let go with a {@link java.util.concurrent.CancellationException} when
 * the run is cancelled; the group must not be used after that.
 */
public final class Group {
  /** The span of a barrier behind which shared memory is read. */
  public static final String GATHER = "gather";

  /** The names of the spans in which members exchange. */
  public static final Set<String> EXCHANGES =
      Set.of(
          "barrier",
          GATHER,
          "all-reduce",
          "reduce-scatter",
          "all-gather",
          StaleClock.WAIT,
          ParameterServer.PULL,
          ParameterServer.PUSH);

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final int members;
  private final Progress progress;
  private final MemorySegment[] arrays;

  /** How an all-reduce goes about it. */
  public enum Algorithm {
    /**
     * Around a ring, first the sums of a chunk for each member, then the chunks for all (Patarasuk
     * and Yuan, 2009): {@code 2(p − 1)} steps, in which a member moves {@code 2(p − 1)/p} of the
     * array; less is not possible.
     */
    RING,
    /**
     * Up a binomial tree to member 0 and down again: {@code 2·⌈log₂ p⌉} steps, in which whole
     * arrays move, {@code 2(p − 1)} for all members together.
     */
    TREE
  }

  /**
   * A group whose members' ranks are the indices of their workers.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Group(int members) {
    if (members < 1) {
      throw new IllegalArgumentException("A group has at least 1 member, not " + members);
    }
    this.members = members;
    this.progress = new Progress(members);
    this.arrays = new MemorySegment[members];
  }

  /** How many members. */
  public int members() {
    return members;
  }

  /** Returns when every member has come here; what they wrote before, all see after. */
  public void barrier(Worker worker) {
    barrier(worker, "barrier", 0);
  }

  /**
   * A barrier behind which the members read what each has written into memory that they share.
   *
   * @param name of the span that it records
   * @param bytes that this member wrote
   */
  public void barrier(Worker worker, String name, long bytes) {
    if (members > 1) {
      long began = System.nanoTime();
      progress.advance(worker.index());
      awaitAll(worker, progress.of(worker.index()));
      worker.record(name, began, bytes);
    }
  }

  /**
   * Adds up all members' arrays; each holds the sums afterwards.
   *
   * @return bytes that this member moved
   */
  public long allReduce(Worker worker, MemorySegment array, Algorithm algorithm) {
    return exchange(
        worker,
        "all-reduce",
        array,
        algorithm == Algorithm.RING
            ? first -> reduceAround(worker, first) + gatherAround(worker, first + members - 1)
            : first -> reduceUp(worker, first) + copyDown(worker, first + levels()));
  }

  /**
   * Adds up all members' arrays around a ring; afterwards each holds the sums in its own {@link
   * #chunk}, and in the rest what others needed on the way.
   *
   * @return bytes that this member moved: {@code (p − 1)/p} of the array
   */
  public long reduceScatter(Worker worker, MemorySegment array) {
    return exchange(worker, "reduce-scatter", array, first -> reduceAround(worker, first));
  }

  /**
   * Copies each member's own {@link #chunk} into all arrays, around a ring.
   *
   * @return bytes that this member moved: {@code (p − 1)/p} of the array
   */
  public long allGather(Worker worker, MemorySegment array) {
    return exchange(worker, "all-gather", array, first -> gatherAround(worker, first));
  }

  /** A member's part of an array: the parts lie one behind the other and differ by one at most. */
  public MemorySegment chunk(MemorySegment array, int member) {
    long count = array.byteSize() / FLOAT.byteSize();
    long from = count * member / members * FLOAT.byteSize();
    long to = count * (member + 1) / members * FLOAT.byteSize();
    return array.asSlice(from, to - from);
  }

  /** What one member does between offering its array and leaving; how many bytes it moved. */
  @FunctionalInterface
  private interface Steps {
    long run(long first);
  }

  private long exchange(Worker worker, String name, MemorySegment array, Steps steps) {
    if (members == 1) {
      return 0;
    }
    long began = System.nanoTime();
    int rank = worker.index();
    arrays[rank] = array;
    progress.advance(rank);
    long bytes = steps.run(progress.of(rank));
    awaitAll(worker, progress.of(rank));
    worker.record(name, began, bytes);
    return bytes;
  }

  /**
   * In step {@code s} a member adds its predecessor's chunk {@code rank − 2 − s} to its own, which
   * the predecessor has finished in the step before; its last is the chunk of its rank.
   */
  private long reduceAround(Worker worker, long first) {
    long bytes = 0;
    for (int s = 0; s < members - 1; s++) {
      MemorySegment theirs = predecessor(worker, first + s);
      int number = Math.floorMod(worker.index() - 2 - s, members);
      bytes += add(chunk(arrays[worker.index()], number), chunk(theirs, number));
      progress.advance(worker.index());
    }
    return bytes;
  }

  /** In step {@code s} a member copies its predecessor's chunk {@code rank − 1 − s}. */
  private long gatherAround(Worker worker, long first) {
    long bytes = 0;
    for (int s = 0; s < members - 1; s++) {
      MemorySegment theirs = predecessor(worker, first + s);
      int number = Math.floorMod(worker.index() - 1 - s, members);
      MemorySegment chunk = chunk(arrays[worker.index()], number);
      chunk.copyFrom(chunk(theirs, number));
      bytes += chunk.byteSize();
      progress.advance(worker.index());
    }
    return bytes;
  }

  /** The array of the member before, once it has come so far. */
  private MemorySegment predecessor(Worker worker, long count) {
    int before = Math.floorMod(worker.index() - 1, members);
    progress.await(before, count, worker.cancellation());
    return arrays[before];
  }

  private long reduceUp(Worker worker, long first) {
    int rank = worker.index();
    long bytes = 0;
    for (int level = 0; level < levels(); level++) {
      int child = rank + (1 << level);
      if (rank % (2 << level) == 0 && child < members) {
        progress.await(child, first + level, worker.cancellation());
        bytes += add(arrays[rank], arrays[child]);
      }
      progress.advance(rank);
    }
    return bytes;
  }

  private long copyDown(Worker worker, long first) {
    int rank = worker.index();
    long bytes = 0;
    for (int step = 0; step < levels(); step++) {
      int level = levels() - 1 - step;
      if (rank % (2 << level) == 1 << level) {
        int parent = rank - (1 << level);
        progress.await(parent, first + step, worker.cancellation());
        arrays[rank].copyFrom(arrays[parent]);
        bytes += arrays[rank].byteSize();
      }
      progress.advance(rank);
    }
    return bytes;
  }

  /** Levels of a binomial tree over all members. */
  private int levels() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(members - 1);
  }

  private void awaitAll(Worker worker, long count) {
    for (int member = 0; member < members; member++) {
      progress.await(member, count, worker.cancellation());
    }
  }

  private static long add(MemorySegment to, MemorySegment from) {
    long count = to.byteSize() / FLOAT.byteSize();
    for (long i = 0; i < count; i++) {
      to.setAtIndex(FLOAT, i, to.getAtIndex(FLOAT, i) + from.getAtIndex(FLOAT, i));
    }
    return from.byteSize();
  }
}
