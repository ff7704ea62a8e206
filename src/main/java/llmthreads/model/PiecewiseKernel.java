package llmthreads.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import llmthreads.script.ElementType;

/**
 * {@link FloatKernel#PACKED} for matrices of many inputs: they are held and multiplied in pieces of
 * inputs, and what the pieces give is added up in their order.
 *
 * <p>oneDNN shares a long sum among threads where a matrix has few outputs for so many of them:
 * with AVX-512 beyond 1,024 inputs in single precision, with AMX beyond 4,096 in bfloat16. Then a
 * row's bits depend on the number of threads, and of rows. Shorter sums it leaves to one thread.
 *
 * @param most inputs of a piece
 * @param parts pieces of the matrix with the most inputs; the pieces that another has not are empty
 */
record PiecewiseKernel(int most, int parts) implements LinearKernel {
  private static final String PACK =
      """
      def pack(self, parts: List[Tensor]) -> Operands:
        pieces = torch.split(parts[0], <most>, 1)
        packed = annotate(List[Tensor], [])
        for i in range(<parts>):
          if torch.lt(i, torch.len(pieces)):
            piece = ops.mkldnn._reorder_linear_weight(torch.contiguous(pieces[i]), 1)
          else:
            piece = torch.empty([0])
          _0 = torch.append(packed, piece)
        return (packed, annotate(List[PackedMatrix], []))
      """;

  private static final String HELPERS =
      """
      def pieces(self, x: Tensor, W: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        if torch.le(torch.size(x, 1), <most>):
          y = <product of x>
        else:
          xs = torch.split(x, <most>, 1)
          y = self.further(<product of xs[0]>, xs, W)
        return y

      def pieces_add(self, x: Tensor, other: Tensor, W: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        if torch.le(torch.size(x, 1), <most>):
          y = <sum of x>
        else:
          xs = torch.split(x, <most>, 1)
          y = self.further(<sum of xs[0]>, xs, W)
        return y

      def further(self, first: Tensor, xs: List[Tensor], W: List[Tensor]) -> Tensor:
        y = first
        for i in range(1, torch.len(xs)):
          y = <sum of pieces>
        return y
      """;

  /** The packed kernel for matrices of so many inputs. */
  static LinearKernel of(ElementType type, int... inputs) {
    int most = type == ElementType.F32 ? 1_024 : 4_096;
    int longest = IntStream.of(inputs).max().orElseThrow();
    if (longest > most) {
      return new PiecewiseKernel(most, Math.ceilDiv(longest, most));
    }
    boolean fill =
        type == ElementType.BF16 && IntStream.of(inputs).anyMatch(FloatKernel::hasToBeFilled);
    return fill ? FloatKernel.FILLED : FloatKernel.PACKED;
  }

  @Override
  public String packing() {
    return FloatKernel.ROOM + filled(PACK);
  }

  @Override
  public String helpers() {
    FloatKernel each = FloatKernel.PACKED;
    List<String> first = List.of("W[0]");
    String text = filled(HELPERS);
    for (String x : List.of("x", "xs[0]")) {
      text =
          text.replace("<product of " + x + ">", each.product(x, first, "bias"))
              .replace("<sum of " + x + ">", each.productAdd(x, "other", first, "bias"));
    }
    return text.replace("<sum of pieces>", each.productAdd("xs[i]", "y", List.of("W[i]"), "None"));
  }

  @Override
  public String product(String x, List<String> parts, String bias) {
    return "self.pieces(%s, [%s], %s)".formatted(x, String.join(", ", parts), bias);
  }

  @Override
  public String productAdd(String x, String other, List<String> parts, String bias) {
    return "self.pieces_add(%s, %s, [%s], %s)".formatted(x, other, String.join(", ", parts), bias);
  }

  @Override
  public Optional<String> productGelu(
      int inputs, String x, List<String> parts, String bias, Gelu gelu) {
    return inputs <= most
        ? FloatKernel.PACKED.productGelu(inputs, x, parts, bias, gelu)
        : Optional.empty();
  }

  private String filled(String text) {
    return text.replace("<most>", String.valueOf(most)).replace("<parts>", String.valueOf(parts));
  }
}
