package llmthreads.model;

import java.util.List;
import java.util.Optional;

/** Products of floating-point numbers, in the type of the activations. */
public enum FloatKernel implements LinearKernel {
  /**
   * oneDNN on weights that were brought once into the order that its kernels read: up to three
   * times faster, with the residual that follows a linear layer fused into it, and a row has the
   * same bits whatever rows are beside it. Not every platform has it for every precision.
   */
  PACKED(
      "ops.mkldnn._reorder_linear_weight(parts[0], 1)",
      "ops.mkldnn._linear_pointwise(<x>, <w>, <b>, \"none\", " + Text.NO_NUMBERS + ", \"\")",
      "ops.mkldnn._linear_pointwise(<x>, <other>, <w>, <b>, \"add\")"),
  /**
   * The same on inputs that are filled up with zeros to a multiple of {@value Text#TILE}: of other
   * numbers of inputs in bfloat16, oneDNN with AMX sums a column as the columns beside it have it.
   */
  FILLED(
      PACKED.packed.replace("parts[0]", Text.filled("parts[0]")),
      PACKED.product.replace("<x>", Text.filled("<x>")),
      PACKED.productAdd.replace("<x>", Text.filled("<x>"))),
  /** PyTorch's own operator, {@code aten::linear}. */
  PLAIN(
      "parts[0]", "torch.linear(<x>, <w>, <b>)", "torch.add(torch.linear(<x>, <w>, <b>), <other>)"),
  /** The same on a GPU, where operators should be few and large: rows are not taken in blocks. */
  GPU(PLAIN.packed, PLAIN.product, PLAIN.productAdd);

  /** What constants of an enum cannot see of their own type. */
  private static final class Text {
    static final int TILE = 32;

    static String filled(String x) {
      return "torch.constant_pad_nd(%1$s, [0, torch.remainder(torch.sub(0, torch.size(%1$s, 1)), %2$d)])"
          .formatted(x, TILE);
    }

    static final String NO_NUMBERS = "annotate(List[Optional[number]], [])";
    static final String GELU =
        "ops.mkldnn._linear_pointwise(<x>, <w>, <b>, \"gelu\", " + NO_NUMBERS + ", \"<form>\")";
  }

  /** The functions {@code room} and {@code place} of {@link LinearKernel#packing}. */
  static final String ROOM =
      """
      def room(self, outputs: int, inputs: int, type: int) -> List[Tensor]:
        return [torch.empty([outputs, inputs], dtype=type)]

      def place(self, parts: List[Tensor], at: int, block: Tensor) -> int:
        _0 = torch.copy_(torch.slice(parts[0], 0, at, torch.add(at, torch.size(block, 0))), block)
        return 0

      """;

  private static final String PACK =
      """
      def pack(self, parts: List[Tensor]) -> Operands:
        return ([<packed>], annotate(List[PackedMatrix], []))
      """;

  private final String packed;
  private final String product;
  private final String productAdd;

  FloatKernel(String packed, String product, String productAdd) {
    this.packed = packed;
    this.product = product;
    this.productAdd = productAdd;
  }

  /** Whether a product in bfloat16 keeps its bits only when it is {@link #FILLED}. */
  static boolean hasToBeFilled(int inputs) {
    return inputs % Text.TILE != 0;
  }

  @Override
  public boolean isForGpu() {
    return this == GPU;
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public String packing() {
    return ROOM + PACK.replace("<packed>", packed);
  }

  @Override
  public String product(String x, List<String> parts, String bias) {
    return filled(product, x, parts, bias);
  }

  @Override
  public String productAdd(String x, String other, List<String> parts, String bias) {
    return filled(productAdd.replace("<other>", other), x, parts, bias);
  }

  @Override
  public Optional<String> productGelu(
      int inputs, String x, List<String> parts, String bias, Gelu gelu) {
    return this == PACKED
        ? Optional.of(filled(Text.GELU.replace("<form>", gelu.form()), x, parts, bias))
        : Optional.empty();
  }

  private static String filled(String expression, String x, List<String> parts, String bias) {
    return expression.replace("<x>", x).replace("<w>", parts.getFirst()).replace("<b>", bias);
  }
}
