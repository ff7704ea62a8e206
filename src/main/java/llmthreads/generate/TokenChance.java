package llmthreads.generate;

/**
 * A token and how likely the model held it.
 *
 * @param logProbability in nats, of the model itself, before penalties, biases and temperature
 */
public record TokenChance(int token, float logProbability) {
  /** Between 0 and 1. */
  public double probability() {
    return Math.exp(logProbability);
  }
}
