package llmthreads.parallel.merge;

/** What an ensemble averages. */
public enum Averaging {
  /**
   * Logits: the geometric mean of the members' probabilities, up to a factor. Each member can veto:
   * a token that one thinks impossible stays impossible.
   */
  LOGITS,
  /**
   * Probabilities: their arithmetic mean, as if a member were drawn for each token. Its logarithm
   * stands for the logits.
   */
  PROBABILITIES
}
