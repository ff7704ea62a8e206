package llmthreads.encode;

/**
 * Two texts that are read together: a question and a passage, a premise and what may follow of it.
 *
 * @param first of type 0
 * @param second of type 1, where the model tells types apart
 */
public record TextPair(String first, String second) {}
