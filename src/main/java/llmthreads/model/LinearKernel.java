package llmthreads.model;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * How a linear layer is computed: the one place where that is decided.
 *
 * <p>{@link #PACKED} stores the weights once in the order that oneDNN's kernels read; it is up to
 * three times faster, fuses the residual that follows a linear layer into it, and gives a row the
 * same bits whatever rows are beside it. Not every platform has it for every precision, so it is
 * tried once, at first use. {@link #PLAIN} is PyTorch's own operator.
 */
public enum LinearKernel {
  /** oneDNN on packed weights. */
  PACKED(
      """
      def pack(self, w: Tensor) -> Tensor:
        return ops.mkldnn._reorder_linear_weight(w, 1)
      def linear(self, x: Tensor, w: Tensor) -> Tensor:
        return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
      def linear_add(self, x: Tensor, other: Tensor, w: Tensor) -> Tensor:
        return ops.mkldnn._linear_pointwise(x, other, w, None, "add")
      def linear_bias(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return ops.mkldnn._linear_pointwise(x, w, b, "none", annotate(List[Optional[number]], []), "")
      def linear_bias_add(self, x: Tensor, other: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return ops.mkldnn._linear_pointwise(x, other, w, b, "add")
      """),
  /** {@code aten::linear}. */
  PLAIN(
      """
      def pack(self, w: Tensor) -> Tensor:
        return torch.clone(w)
      def linear(self, x: Tensor, w: Tensor) -> Tensor:
        return torch.linear(x, w)
      def linear_add(self, x: Tensor, other: Tensor, w: Tensor) -> Tensor:
        return torch.add(torch.linear(x, w), other)
      def linear_bias(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return torch.linear(x, w, b)
      def linear_bias_add(self, x: Tensor, other: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return torch.add(torch.linear(x, w, b), other)
      """);

  private final String functions;

  LinearKernel(String functions) {
    this.functions = functions;
  }

  /** The fastest kernel that this machine has for a precision. */
  public static LinearKernel best(Precision precision) {
    return Probe.BEST.get(precision);
  }

  /**
   * Whether the processor multiplies a precision natively, so that choosing it makes a run faster.
   */
  public static boolean fast(Precision precision) {
    return precision == Precision.F32 || best(precision) == PACKED;
  }

  /**
   * TorchScript of {@code pack}, {@code linear}, {@code linear_add}, and the latter two with a
   * bias, {@code linear_bias} and {@code linear_bias_add}.
   */
  public String functions() {
    return functions;
  }

  /** Tries a small product of each precision on packed weights. */
  private static final class Probe {
    static final Map<Precision, LinearKernel> BEST = new EnumMap<>(Precision.class);

    static {
      for (Precision precision : Precision.values()) {
        BEST.put(precision, packedWorks(precision) ? PACKED : PLAIN);
      }
    }

    private static boolean packedWorks(Precision precision) {
      try (Script script = Script.compile("packed linear", PACKED.functions);
          Tensor wide = Tensor.zeros(precision.type(), 32, 32);
          Tensor packed = script.call("pack", wide);
          Tensor sum = script.call("linear_add", wide, wide, packed)) {
        return List.of(sum.shape()[0], sum.shape()[1]).equals(List.of(32L, 32L));
      } catch (IllegalArgumentException | IllegalStateException e) {
        return false;
      }
    }
  }
}
