package llmthreads.parallel;

import java.util.List;

/**
 * The mesh that promises the most tokens a second, and the others that were weighed.
 *
 * @param candidates all meshes that fit, the fastest first
 * @param refused meshes that do not fit, each with the reason in a sentence
 */
public record MeshPlan(List<Candidate> candidates, List<String> refused) {
  /**
   * A mesh and what it promises.
   *
   * @param microBatches in each replica
   * @param roundMs until every sequence of the workload has its next token
   * @param weightBytes that the worker with the most needs
   * @param reason what takes the time, in a sentence
   */
  public record Candidate(
      Mesh mesh,
      int microBatches,
      double roundMs,
      double tokensPerSecond,
      long weightBytes,
      String reason) {}

  /** The proposal. */
  public Candidate best() {
    return candidates.getFirst();
  }

  /** Why: what the proposal promises, and what the next best would. */
  public String why() {
    Candidate best = best();
    String first =
        "%s promises %.0f tokens/s: %s.".formatted(best.mesh, best.tokensPerSecond, best.reason);
    if (candidates.size() == 1) {
      return first;
    }
    Candidate next = candidates.get(1);
    return "%s The next best, %s, promises %.0f: %s."
        .formatted(first, next.mesh, next.tokensPerSecond, next.reason);
  }
}
