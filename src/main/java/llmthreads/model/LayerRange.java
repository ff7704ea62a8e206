package llmthreads.model;

/**
 * Layers next to each other: a whole model, or one stage of it.
 *
 * @param from the first, from 0
 * @param to behind the last
 */
public record LayerRange(int from, int to) {
  /** Checks that it holds at least one layer. */
  public LayerRange {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException(
          "Layers %d to %d are none: a range holds at least one".formatted(from, to));
    }
  }

  /** Every layer of a model. */
  public static LayerRange all(Config config) {
    return new LayerRange(0, config.layers());
  }

  /** How many layers. */
  public int count() {
    return to - from;
  }
}
