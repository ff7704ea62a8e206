package llmthreads.model;

import java.util.List;
import llmthreads.script.ElementType;

/**
 * Products of activations, rounded to bfloat16, with weights of 4 bits, which a kernel of PyTorch
 * widens as it reads them: {@code (q − 8) · scale + zero}, scale and zero in bfloat16 for every
 * {@value Precision#GROUP} inputs of an output. Each sum is taken in the order of the inputs, so a
 * row's bits depend on nothing beside it.
 */
enum Int4Kernel implements LinearKernel {
  /** The only one. */
  GROUPED;

  /** Outputs come in multiples of this. */
  private static final int OUTPUTS = 16;

  private static final String PACKING =
      """
      def room(self, outputs: int, inputs: int, type: int) -> List[Tensor]:
        weights = torch.empty([outputs, torch.floordiv(inputs, 2)], dtype=0)
        return [weights, torch.empty([torch.floordiv(inputs, GROUP), outputs, 2], dtype=BF16)]

      def place(self, parts: List[Tensor], at: int, block: Tensor) -> int:
        rows, columns = torch.size(block)
        to = torch.add(at, rows)
        groups = torch.view(block, [rows, -1, GROUP])
        low, high = torch.aminmax(groups, dim=2, keepdim=True)
        scale = torch.to(torch.clamp_min(torch.div(torch.sub(high, low), 15.), 1e-30), BF16)
        zero = torch.to(torch.add(low, scale, alpha=8.), BF16)
        steps = torch.div(torch.sub(groups, zero), scale)
        q = torch.clamp(torch.add(torch.round(steps), 8.), 0., 15.)
        whole = torch.to(torch.view(q, [rows, columns]), 3)
        packed = torch._convert_weight_to_int4pack_for_cpu(whole, 1)
        _0 = torch.copy_(torch.slice(parts[0], 0, at, to), packed)
        both = torch.transpose(torch.cat([scale, zero], 2), 0, 1)
        _1 = torch.copy_(torch.slice(parts[1], 1, at, to), both)
        return 0

      def pack(self, parts: List[Tensor]) -> Operands:
        return (parts, annotate(List[PackedMatrix], []))
      """
          .replace("GROUP", String.valueOf(Precision.GROUP))
          .replace("BF16", String.valueOf(ElementType.BF16.code()));

  private static final String HELPERS =
      """
      def int4(self, x: Tensor, w: Tensor, scales: Tensor) -> Tensor:
        y = torch._weight_int4pack_mm_for_cpu(torch.to(x, BF16), w, GROUP, scales)
        return torch.to(y, 6)
      """
          .replace("GROUP", String.valueOf(Precision.GROUP))
          .replace("BF16", String.valueOf(ElementType.BF16.code()));

  @Override
  public int parts() {
    return 2;
  }

  @Override
  public LinearKernel head() {
    return LinearKernel.best(Precision.INT4.head());
  }

  @Override
  public void check(long outputs, long inputs) {
    if (inputs % Precision.GROUP != 0 || outputs % OUTPUTS != 0) {
      throw new ModelException(
          "A matrix of %d outputs and %d inputs cannot be stored in 4 bits, which takes multiples of %d outputs and %d inputs: load the model in INT8"
              .formatted(outputs, inputs, OUTPUTS, Precision.GROUP));
    }
  }

  @Override
  public String packing() {
    return PACKING;
  }

  @Override
  public String helpers() {
    return HELPERS;
  }

  @Override
  public String product(String x, List<String> parts, String bias) {
    String product = "self.int4(%s, %s)".formatted(x, String.join(", ", parts));
    return bias.equals("None") ? product : "torch.add_(%s, %s)".formatted(product, bias);
  }
}
