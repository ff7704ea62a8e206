package llmthreads.parallel;

/** Who gets which item of a list. {@link Balance} applies it. */
public enum Schedule {
  /** Each worker gets an equal number of items beforehand, in the order of the list. */
  SHARDS,
  /** Each worker takes the next item of the list when it has room: uneven work spreads evenly. */
  QUEUE,
  /**
   * A queue that gives the costliest items first, so that small ones are left to fill the end: at
   * most {@code 4/3 − 1/(3m)} times as long as the best plan for {@code m} equal workers (Graham,
   * "Bounds on Multiprocessing Timing Anomalies", 1969, theorem 2).
   */
  LONGEST_FIRST,
  /**
   * Items are dealt out like cards, the costliest first. Each worker takes its own from the costly
   * end; one that has none left steals from the cheap end of another's. Who owns something hardly
   * ever meets a thief, and a wrong guess of a cost, or of a worker's speed, mends itself (after
   * Blumofe and Leiserson, "Scheduling Multithreaded Computations by Work Stealing", 1999).
   */
  STEALING,
  /**
   * Each worker gets beforehand what it can do in the same time as the others: the costliest item
   * first, each to the worker that would be through with it soonest at its speed (Gonzalez, Ibarra
   * and Sahni, "Bounds for LPT Schedules on Uniform Processors", 1977).
   */
  WEIGHTED
}
