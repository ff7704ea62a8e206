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
      "ops.mkldnn._reorder_linear_weight(w, 1)",
      "ops.mkldnn._linear_pointwise(<x>, <w>, <b>, \"none\", " + Text.NO_NUMBERS + ", \"\")",
      "ops.mkldnn._linear_pointwise(<x>, <other>, <w>, <b>, \"add\")",
      "ops.mkldnn._linear_pointwise(<x>, <w>, <b>, \"gelu\", " + Text.NO_NUMBERS + ", <form>)"),
  /** {@code aten::linear}. */
  PLAIN(
      "torch.clone(w)",
      "torch.linear(<x>, <w>, <b>)",
      "torch.add(torch.linear(<x>, <w>, <b>), <other>)",
      "torch.gelu(torch.linear(<x>, <w>, <b>), approximate=<form>)");

  private final String pack;
  private final String linear;
  private final String linearAdd;
  private final String linearGelu;

  LinearKernel(String pack, String linear, String linearAdd, String linearGelu) {
    this.pack = pack;
    this.linear = linear;
    this.linearAdd = linearAdd;
    this.linearGelu = linearGelu;
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

  /** TorchScript of {@code pack}, {@code linear} and {@code linear_add}, without biases. */
  public String functions() {
    return """
    def pack(self, w: Tensor) -> Tensor:
      return %s
    def linear(self, x: Tensor, w: Tensor) -> Tensor:
      return %s
    def linear_add(self, x: Tensor, other: Tensor, w: Tensor) -> Tensor:
      return %s
    """
        .formatted(pack, linear("x", "w", "None"), linearAdd("x", "other", "w", "None"));
  }

  /** One linear layer as an expression of expressions; the bias may be {@code None}. */
  String linear(String x, String w, String bias) {
    return filled(linear, x, w, bias);
  }

  /** The same with something added to it. */
  String linearAdd(String x, String other, String w, String bias) {
    return filled(linearAdd.replace("<other>", other), x, w, bias);
  }

  /** The same with GELU behind it, in a form that PyTorch names. */
  String linearGelu(String x, String w, String bias, String form) {
    return filled(linearGelu.replace("<form>", '"' + form + '"'), x, w, bias);
  }

  private static String filled(String expression, String x, String w, String bias) {
    return expression.replace("<x>", x).replace("<w>", w).replace("<b>", bias);
  }

  /** What constants of an enum cannot see of their own type. */
  private static final class Text {
    static final String NO_NUMBERS = "annotate(List[Optional[number]], [])";
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
      try (Script script = Script.compile("packed linear", PACKED.functions());
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
