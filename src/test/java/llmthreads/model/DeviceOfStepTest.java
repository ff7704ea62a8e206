package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import llmthreads.script.Operand;
import llmthreads.script.Operands;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A step runs where its weights are. PyTorch's device {@code meta}, which knows shapes and no
 * numbers, stands in for a GPU: an operator refuses to mix its tensors with the processor's.
 */
class DeviceOfStepTest {
  private static final Script META =
      Script.compile(
          "to meta",
          """
          def meta(self, x: Tensor) -> Tensor:
            return torch.to(x, torch.device("meta"), ops.prim.dtype(x))
          """);

  private final List<Tensor> moved = new ArrayList<>();

  @AfterEach
  void give_back() {
    moved.forEach(Tensor::close);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void every_tensor_of_a_step_is_made_where_the_weights_are(Architecture architecture) {
    Config config =
        new Config(
            97,
            64,
            2,
            4,
            2,
            32,
            96,
            256,
            1e-5,
            false,
            -1,
            List.of(),
            SampleDesigns.of(architecture));
    LayerRange all = LayerRange.all(config);
    Paging paging = new Paging(4, 128);
    int[][] tokens = {new int[140], new int[140]};
    int[][] pages = {{0, 2}, {1, 3}};
    Step step = new Step(tokens, new int[] {0, 0}, pages);
    try (Weights weights =
            Weights.load(
                config, new RandomWeights(1), Precision.BF16, FloatKernel.GPU, all, Shard.WHOLE);
        KvCache cache = new KvCache(config, weights, paging);
        Script script =
            Script.compile("decoder", inOtherWords(DecoderScript.text(config, FloatKernel.GPU)));
        Operands layers = there(weights.layers());
        Operands ends = there(weights.ends());
        TokenScores scores = new TokenScores()) {
      StepPlan plan = StepPlan.of(config, all, paging, config.heads(), step);
      Tensor keys = there(cache.keys());
      Tensor logits =
          keep(
              script.call(
                  "forward",
                  plan.lists(),
                  keys,
                  layers,
                  ends,
                  keys,
                  there(cache.values()),
                  plan.runs(),
                  plan.numbers()));
      assertArrayEquals(new long[] {2, 97}, logits.shape());
    }
  }

  /** The operators that {@code meta} has not in the words of others. */
  private static String inOtherWords(String text) {
    return text.replace("torch.embedding(", "self.rows(")
            .replace("torch.index_select(y, 0, ", "self.rows(y, ")
            .replaceAll("torch.layer_norm\\(x, .*", "x")
            .replace("torch.logical_or(", "torch.bitwise_or(")
            .replace("torch.scaled_dot_product_attention(", "self.attend(")
        + """

        def rows(self, x: Tensor, where: Tensor) -> Tensor:
          return torch.index(x, annotate(List[Optional[Tensor]], [where]))

        def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, dropout: float, causal: bool, scale: float) -> Tensor:
          scores = torch.add(torch.matmul(q, torch.transpose(k, 2, 3)), mask)
          return torch.matmul(torch.softmax(scores, -1), v)
        """;
  }

  private Operands there(Operands operands) {
    List<Operand> all = new ArrayList<>();
    operands.all().forEach(operand -> all.add(there((Tensor) operand)));
    return new Operands(all);
  }

  private Tensor there(Tensor tensor) {
    return keep(META.call("meta", tensor));
  }

  private Tensor keep(Tensor tensor) {
    moved.add(tensor);
    return tensor;
  }
}
