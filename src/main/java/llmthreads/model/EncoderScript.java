package llmthreads.model;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import llmthreads.device.Device;
import llmthreads.script.ElementType;

/**
 * An encoder's layers in TorchScript, written so that a text's bits depend on nothing beside it.
 *
 * <p>What that takes: texts of one step have the same length, up to a multiple of {@value #GRAIN}
 * tokens, so that every product of attention has the shape that it has for a text alone; linear
 * layers on {@value DecoderScript#MOST_ROWS} rows at most, as in {@link DecoderScript}; norms,
 * which treat each row alike; and elementwise operators that one thread computes whole, or, as
 * tanh, that round alike wherever a loop is cut.
 *
 * <p>Shapes: {@code B} texts of {@code T} tokens, which linear layers see as {@code B·T} rows.
 */
final class EncoderScript {
  /** A text is filled up with tokens that no other sees to a multiple of this. */
  static final int GRAIN = 8;

  /** First rows that the head takes at once. */
  private static final int HEAD_ROWS = 32;

  /** Where the head's operands begin in {@code E}. */
  private static final int HEAD_PLACE = 6;

  private static final String FUNCTIONS =
      """
      def norm(self, x: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
        return torch.layer_norm(x, [<hidden>], weights, bias, <epsilon>)

      def product(self, x: Tensor, W: Operands, o: int) -> Tensor:
        return <product>

      def product_add(self, x: Tensor, other: Tensor, W: Operands, o: int) -> Tensor:
        return <product_add>

      def attend(self, qkv: Tensor, unseen: Tensor, B: int, T: int) -> Tensor:
        heads = torch.permute(torch.view(qkv, [B, T, 3, <heads>, <head size>]), [2, 0, 3, 1, 4])
        parts = torch.unbind(torch.flatten(torch.contiguous(heads), 1, 2))
        scores = torch.bmm(parts[0], torch.transpose(parts[1], 1, 2))
        _0 = torch.add_(torch.view(scores, [B, <heads>, T, T]), unseen)
        seen = torch.bmm(torch.softmax(scores, -1), parts[2])
        merged = torch.transpose(torch.view(seen, [B, <heads>, T, <head size>]), 1, 2)
        return torch.reshape(merged, [torch.mul(B, T), <hidden>])

      def behind(self, a: Tensor, x: Tensor, W: Operands, o: int) -> Tensor:
        x1 = self.norm(self.product_add(a, x, W, torch.add(o, 1)), <norm 0>)
        wide = self.widen(x1, W, torch.add(o, 2))
        return self.norm(self.product_add(wide, x1, W, torch.add(o, 3)), <norm 1>)

      def layer(self, x: Tensor, W: Operands, o: int, unseen: Tensor, B: int, T: int) -> Tensor:
        xs = torch.split(x, ROWS)
        inputs = annotate(List[Tensor], [])
        for i in range(torch.len(xs)):
          _0 = torch.append(inputs, self.product(xs[i], W, o))
        attended = torch.split(self.attend(torch.cat(inputs), unseen, B, T), ROWS)
        done = annotate(List[Tensor], [])
        for j in range(torch.len(xs)):
          _1 = torch.append(done, self.behind(attended[j], xs[j], W, o))
        return torch.cat(done)

      def forward(self, plan: List[int], W: Operands, E: Operands, B: int, T: int) -> Tensor:
        BT = torch.mul(B, T)
        tokens, types, places, lengths = torch.split_with_sizes(torch.tensor(plan, device=ops.prim.device(E[0][5])), [BT, BT, T, B])
        words = torch.add(torch.embedding(E[0][0], tokens), torch.embedding(E[0][2], types))
        positions = torch.add(torch.clamp_max(places, <last place>), <first position>)
        placed = torch.add(torch.view(words, [B, T, <hidden>]), torch.embedding(E[0][1], positions))
        y = self.norm(torch.view(placed, [BT, <hidden>]), E[0][3], E[0][4])
        hidden = torch.ge(torch.unsqueeze(places, 0), torch.unsqueeze(lengths, 1))
        unseen = torch.view(torch.mul(hidden, E[0][5]), [B, 1, 1, T])
        for i in range(torch.floordiv(torch.len(W[0]), <stride>)):
          y = self.layer(y, W, torch.mul(i, <stride>), unseen, B, T)
        return y
      """;

  private static final String HEAD =
      """

      def classes(self, x: Tensor, E: Operands, B: int, T: int) -> Tensor:
        first = torch.contiguous(torch.select(torch.view(x, [B, T, <hidden>]), 1, 0))
        some = torch.split(first, <head rows>)
        logits = annotate(List[Tensor], [])
        for i in range(torch.len(some)):
          h = torch.tanh(<dense>)
          _0 = torch.append(logits, <logits>)
        return torch.cat(logits)
      """;

  private EncoderScript() {}

  /** The kernel of the head for classes, which has few outputs. */
  static LinearKernel head(EncoderConfig config, Precision precision, Device device) {
    return LinearKernel.best(
        precision.activations() == ElementType.BF16 ? Precision.BF16 : Precision.F32,
        device,
        config.hiddenSize());
  }

  /** How many rows a text of so many tokens takes: its products have to leave PyTorch's loop. */
  static int rows(EncoderConfig config, int tokens) {
    int rows = Math.ceilDiv(tokens, GRAIN) * GRAIN;
    while (rows * rows * config.hiddenSize() <= DecoderScript.LOOPED) {
      rows += GRAIN;
    }
    return rows;
  }

  /** The whole text, for a model's shape, a precision and a device. */
  static String text(EncoderConfig config, Precision precision, Device device) {
    LinearKernel kernel = LinearKernel.best(precision, device, config.mostInputs());
    LinearKernel head = head(config, precision, device);
    int parts = kernel.parts();
    List<String> matrix = parts(kernel, "W", part -> place(4 * part));
    int dense = HEAD_PLACE;
    int logits = dense + head.parts() + 1;
    String bias = behind(4 * parts);
    String widen = DesignScript.widenByGelu(kernel, config.hiddenSize(), config.gelu());
    return (helpers(kernel, head, config)
            + widen
            + FUNCTIONS
            + (config.labels().isEmpty() ? "" : HEAD))
        .replace("<product>", kernel.product("x", matrix, bias))
        .replace("<product_add>", kernel.productAdd("x", "other", matrix, bias))
        .replace(
            "<gelu>",
            kernel.productGelu(config.hiddenSize(), "x", matrix, bias, config.gelu()).orElse(""))
        .replace("<grain>", String.valueOf(DesignScript.grain(kernel)))
        .replace("<norm 0>", behind(4 * parts + 4) + ", " + behind(4 * parts + 5))
        .replace("<norm 1>", behind(4 * parts + 6) + ", " + behind(4 * parts + 7))
        .replace("<dense>", ofHead(head, "some[i]", dense))
        .replace("<logits>", ofHead(head, "h", logits))
        .replace("<hidden>", String.valueOf(config.hiddenSize()))
        .replace("<heads>", String.valueOf(config.heads()))
        .replace("<head size>", String.valueOf(config.headSize()))
        .replace("<head rows>", String.valueOf(HEAD_ROWS))
        .replace("<last place>", String.valueOf(config.context() - 1))
        .replace("<first position>", String.valueOf(config.family().firstPosition()))
        .replace("<stride>", String.valueOf(4 * parts + 8))
        .replace("<epsilon>", Double.toString(config.normEpsilon()))
        .replace("ROWS", String.valueOf(DecoderScript.rows(kernel)));
  }

  /** What the kernels of layers and head call. */
  private static String helpers(LinearKernel kernel, LinearKernel head, EncoderConfig config) {
    boolean both = !config.labels().isEmpty() && !head.helpers().equals(kernel.helpers());
    return both ? kernel.helpers() + head.helpers() : kernel.helpers();
  }

  /** A product with a matrix of the head, whose bias lies behind its parts. */
  private static String ofHead(LinearKernel head, String x, int place) {
    return head.product(
        x,
        parts(head, "E", part -> String.valueOf(place + part)),
        "E[0][%d]".formatted(place + head.parts()));
  }

  private static List<String> parts(
      LinearKernel kernel, String operands, IntFunction<String> place) {
    return IntStream.range(0, kernel.parts())
        .mapToObj(part -> kernel.part(operands, place.apply(part)))
        .toList();
  }

  private static String behind(int places) {
    return "W[0][%s]".formatted(place(places));
  }

  private static String place(int behind) {
    return "torch.add(o, %d)".formatted(behind);
  }
}
