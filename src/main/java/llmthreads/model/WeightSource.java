package llmthreads.model;

/**
 * Where the numbers of a model come from, by the names of the published layout: files, or memory.
 */
@FunctionalInterface
public interface WeightSource {
  /**
   * One array.
   *
   * @throws ModelException when it is missing or shaped otherwise
   */
  Safetensors.Entry get(String name, long... shape);

  /** Where they come from, for error messages. */
  default String origin() {
    return "a model in memory";
  }

  /** Whether there is an array of this name. */
  default boolean contains(String name) {
    return true;
  }
}
