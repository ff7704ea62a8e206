package llmthreads.parallel.merge;

import java.util.List;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * Averages the logits of several models, in the order in which they are given, in single precision.
 * A row's average depends on nothing beside it. Any number of threads use one; who makes it closes
 * it.
 */
public final class Average implements AutoCloseable {
  private static final String FUNCTIONS =
      """
      def logits(self, all: List[Tensor]) -> Tensor:
        sum = torch.to(all[0], 6)
        for i in range(torch.sub(torch.len(all), 1)):
          sum = torch.add(sum, torch.to(all[torch.add(i, 1)], 6))
        return torch.div(sum, torch.len(all))

      def probabilities(self, all: List[Tensor]) -> Tensor:
        sum = torch.softmax(all[0], -1, 6)
        for i in range(torch.sub(torch.len(all), 1)):
          sum = torch.add(sum, torch.softmax(all[torch.add(i, 1)], -1, 6))
        return torch.log(torch.div(sum, torch.len(all)))
      """;

  private final Script script = Script.compile("average", FUNCTIONS);
  private final String function;

  /** Averages logits, or the probabilities that they stand for. */
  public Average(Averaging averaging) {
    this.function =
        switch (averaging) {
          case LOGITS -> "logits";
          case PROBABILITIES -> "probabilities";
        };
  }

  /**
   * The average.
   *
   * @param logits of each member, {@code [rows, vocabulary]}, one or more
   * @return logits, {@code [rows, vocabulary]}; the caller closes them
   */
  public Tensor of(List<Tensor> logits) {
    return script.call(function, logits);
  }

  @Override
  public void close() {
    script.close();
  }
}
