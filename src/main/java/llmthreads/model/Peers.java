package llmthreads.model;

import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;

/**
 * The workers that compute the steps of a sharded model together, a shard each, as the model sees
 * them. How they meet is not known here.
 */
public interface Peers {
  /** How many; their ranks count from 0. */
  int count();

  /**
   * Runs a task on every worker at once, told its rank, and returns when all are through. Called on
   * the thread of rank 0.
   */
  void together(IntConsumer task);

  /**
   * Called by all within a task: returns when each has written its part of a tensor that they
   * share.
   *
   * @param bytes that this worker wrote
   */
  void gather(int rank, long bytes);

  /**
   * Called by all within a task: adds up their arrays of floats; each holds the sums afterwards.
   */
  void reduce(int rank, MemorySegment array);
}
