package llmthreads.model;

import java.util.List;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * Reads tokens and their log-probabilities out of logits, {@code [rows, vocabulary]}. A row's
 * result depends on nothing beside it. Any number of threads use one; who makes it closes it.
 */
public final class TokenScores implements AutoCloseable {
  /** The likeliest token of many rows is looked for among the peaks of blocks of this many. */
  private static final int PEAKS = 256;

  /** So few rows are looked through as they are. */
  private static final int FEW_ROWS = 4;

  private static final String FUNCTIONS =
      """
      def best(self, logits: Tensor) -> Tensor:
        rows, V = torch.size(logits)
        if torch.le(rows, FEW):
          best = torch.argmax(logits, -1, True)
        else:
          blocks = torch.floordiv(V, BLOCK)
          whole = torch.mul(blocks, BLOCK)
          peaks = [torch.amax(torch.unflatten(torch.slice(logits, 1, 0, whole), 1, [blocks, BLOCK]), [-1])]
          if torch.lt(whole, V):
            _0 = torch.append(peaks, torch.amax(torch.slice(logits, 1, whole), [-1], True))
          else:
            pass
          block = torch.argmax(torch.cat(peaks, 1), -1, True)
          columns = torch.clamp(torch.add(torch.mul(block, BLOCK), torch.arange(BLOCK, device=ops.prim.device(logits))), None, torch.sub(V, 1))
          best = torch.gather(columns, 1, torch.argmax(torch.gather(logits, 1, columns), -1, True))
        return best

      def greedy(self, logits: Tensor) -> Tensor:
        return torch.squeeze(self.best(logits), 1)

      def greedy_scored(self, logits: Tensor) -> Tuple[Tensor, Tensor]:
        best = self.best(logits)
        scores = torch.gather(torch.log_softmax(logits, -1, 6), 1, best)
        return (best, scores)

      def log_softmax(self, logits: Tensor) -> Tensor:
        return torch.log_softmax(logits, -1, 6)
      """
          .replace("FEW", String.valueOf(FEW_ROWS))
          .replace("BLOCK", String.valueOf(PEAKS));

  private final Script script = Script.compile("token scores", FUNCTIONS);

  /**
   * Tokens with their log-probabilities.
   *
   * @param tokens one for each row
   * @param logProbabilities in nats
   */
  public record Scored(long[] tokens, float[] logProbabilities) {}

  /** The likeliest token of each row, {@code [rows]}; the first of equals. */
  public long[] greedy(Tensor logits) {
    return script.callLongs("greedy", logits);
  }

  /** The likeliest token of each row and its log-probability in nats. */
  public Scored greedyScored(Tensor logits) {
    List<Tensor> both = script.callList("greedy_scored", logits);
    try (Tensor tokens = both.get(0);
        Tensor scores = both.get(1)) {
      return new Scored(tokens.toLongs(), scores.toFloats());
    }
  }

  /** Log-probabilities in nats, row after row, {@code [rows · vocabulary]}. */
  public float[] logProbabilities(Tensor logits) {
    try (Tensor scores = script.call("log_softmax", logits)) {
      return scores.toFloats();
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
