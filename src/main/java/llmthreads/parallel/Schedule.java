package llmthreads.parallel;

/** Who gets which prompt. */
public enum Schedule {
  /** Each worker gets an equal share of the list beforehand. */
  SHARDS,
  /** Each worker takes the next prompt of the list when it has room: uneven work spreads evenly. */
  QUEUE
}
