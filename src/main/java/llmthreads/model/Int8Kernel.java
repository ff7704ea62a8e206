package llmthreads.model;

import java.util.List;

/**
 * Products of 8-bit integers: weights from −127 to 127 times the scale of their output, each row of
 * activations divided by its greatest number and rounded to unsigned integers around a zero point.
 * Sums are integers, so their order changes nothing, and a row's bits depend on nothing beside it.
 */
enum Int8Kernel implements LinearKernel {
  /** oneDNN's, for processors that add products of 8 bits in 32 (VNNI). */
  ONEDNN(
      128,
      3,
      "w: Tensor, scales: Tensor, zeros: Tensor",
      "([ops.onednn.qlinear_prepack(parts[0], None), torch.div(parts[1], 127.),"
          + " torch.zeros([1], dtype=3)],"
          + " annotate(List[PackedMatrix], []))",
      "ops.onednn.qlinear_pointwise(torch.int_repr(torch.quantize_per_tensor(shares, <step>,"
          + " <zero>, 13)), 1., <zero>, w, scales, zeros, None, 1., 0, 6, \"none\","
          + " annotate(List[Optional[number]], []), \"\")"),
  /**
   * FBGEMM's, for other processors of x86-64, which add two products in 16 bits. These saturate, so
   * activations have 7 bits: then no two products can reach that.
   */
  FBGEMM(
      64,
      1,
      "w: PackedMatrix",
      "(annotate(List[Tensor], []), [ops.quantized.linear_prepack("
          + "torch._make_per_channel_quantized_tensor(parts[0], parts[1],"
          + " torch.zeros([torch.size(parts[1], 0)], dtype=4), 0), None)])",
      "ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(shares, <step>, <zero>, w)");

  private static final String PACKING =
      """
      def room(self, outputs: int, inputs: int, type: int) -> List[Tensor]:
        return [torch.empty([outputs, inputs], dtype=1), torch.empty([outputs], dtype=type)]

      def place(self, parts: List[Tensor], at: int, block: Tensor) -> int:
        to = torch.add(at, torch.size(block, 0))
        most = torch.clamp_min(torch.amax(torch.abs(block), [1], True), 1e-30)
        step = torch.div(most, 127.)
        _0 = torch.copy_(torch.slice(parts[0], 0, at, to), torch.round(torch.div(block, step)))
        _1 = torch.copy_(torch.slice(parts[1], 0, at, to), torch.squeeze(step, 1))
        return 0

      def pack(self, parts: List[Tensor]) -> Operands:
        return <packed>
      """;

  private static final String HELPERS =
      """
      def int8(self, x: Tensor, <matrix>) -> Tensor:
        most = torch.clamp_min(torch.amax(torch.abs(x), [-1], True), 1e-30)
        shares = torch.div(x, most)
        y = <multiplied>
        return torch.mul_(y, most)
      """;

  private final int zeroPoint;
  private final int parts;
  private final String matrix;
  private final String packed;
  private final String multiplied;

  /**
   * Texts of a kernel.
   *
   * @param zeroPoint what stands for 0: 128 of 8 bits, 64 of 7
   * @param parts how many operands hold a matrix
   * @param matrix these operands, with their types
   * @param packed makes them of {@code parts}
   * @param multiplied multiplies {@code shares}, rows that reach from −1 to 1, with them
   */
  Int8Kernel(int zeroPoint, int parts, String matrix, String packed, String multiplied) {
    this.zeroPoint = zeroPoint;
    this.parts = parts;
    this.matrix = matrix;
    this.packed = packed;
    this.multiplied = multiplied;
  }

  @Override
  public int parts() {
    return parts;
  }

  @Override
  public String part(String operands, String place) {
    return "%s[%d][%s]".formatted(operands, this == FBGEMM ? 1 : 0, place);
  }

  @Override
  public String packing() {
    return PACKING.replace("<packed>", packed);
  }

  @Override
  public String helpers() {
    return HELPERS
        .replace("<matrix>", matrix)
        .replace("<multiplied>", multiplied)
        .replace("<zero>", String.valueOf(zeroPoint))
        .replace("<step>", Double.toString(1.0 / levels()));
  }

  @Override
  public String product(String x, List<String> parts, String bias) {
    String product = "self.int8(%s, %s)".formatted(x, String.join(", ", parts));
    return bias.equals("None") ? product : "torch.add_(%s, %s)".formatted(product, bias);
  }

  /** The greatest distance from the zero point. */
  int levels() {
    return zeroPoint - 1;
  }
}
