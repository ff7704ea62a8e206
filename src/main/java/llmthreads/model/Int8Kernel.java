package llmthreads.model;

import java.util.List;

/**
 * Products of 8-bit integers: weights from −127 to 127 times the scale of their output, each row of
 * activations divided by its greatest number and rounded to unsigned integers around a zero point.
 * Sums are integers, so their order changes nothing, and a row's bits depend on nothing beside it.
 *
 * <p>Processors without VNNI add two products in 16 bits, which saturate: there activations have 7
 * bits, so that no two products can.
 *
 * @param zeroPoint what stands for 0: 128 of 8 bits, 64 of 7
 */
record Int8Kernel(int zeroPoint) implements LinearKernel {
  /** Activations of 8 bits. */
  static final Int8Kernel FULL = new Int8Kernel(128);

  /** Activations of 7 bits. */
  static final Int8Kernel SEVEN_BITS = new Int8Kernel(64);

  private static final String PACKING =
      """
      def room(self, outputs: int, inputs: int, type: int) -> List[Tensor]:
        return [torch.empty([outputs, inputs], dtype=1), torch.empty([outputs], dtype=type)]

      def place(self, parts: List[Tensor], at: int, block: Tensor) -> int:
        to = torch.add(at, torch.size(block, 0))
        most = torch.clamp_min(torch.amax(torch.abs(block), [1], True), 1e-30)
        step = torch.div(most, 127.)
        _0 = torch.copy_(torch.slice(parts[0], 0, at, to), torch.round(torch.div(block, step)))
        _1 = torch.copy_(torch.slice(parts[1], 0, at, to), torch.div(torch.squeeze(step, 1), <levels>))
        return 0

      def pack(self, parts: List[Tensor]) -> List[Tensor]:
        return [ops.onednn.qlinear_prepack(parts[0], None), parts[1], torch.zeros([1], dtype=3)]
      """;

  /** A row is multiplied by its greatest number last: the scales hold the levels too. */
  private static final String HELPERS =
      """
      def int8(self, x: Tensor, w: Tensor, scales: Tensor, zeros: Tensor) -> Tensor:
        most = torch.clamp_min(torch.amax(torch.abs(x), [-1], True), 1e-30)
        q = torch.int_repr(torch.quantize_per_tensor(torch.div(x, most), <step>, <zero>, 13))
        y = ops.onednn.qlinear_pointwise(q, 1., <zero>, w, scales, zeros, None, 1., 0, 6, "none", annotate(List[Optional[number]], []), "")
        return torch.mul_(y, most)
      """;

  @Override
  public int parts() {
    return 3;
  }

  @Override
  public String packing() {
    return filled(PACKING);
  }

  @Override
  public String helpers() {
    return filled(HELPERS);
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

  private String filled(String text) {
    return text.replace("<zero>", String.valueOf(zeroPoint))
        .replace("<levels>", levels() + ".")
        .replace("<step>", Double.toString(1.0 / levels()));
  }
}
