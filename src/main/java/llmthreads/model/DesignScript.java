package llmthreads.model;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What differs between designs, in TorchScript: some functions, and expressions that take the
 * places of names in angle brackets in the text of {@link DecoderScript} and {@link ShardScript},
 * in terms of the variables there. So a design pays nothing for what only another one has, not even
 * a call.
 */
record DesignScript(Config config, LinearKernel kernel) {
  /** ATen gives a loop over at most this many elements to one thread. */
  static final int GRAIN = 32_768;

  /** One linear layer, alone and with a residual; its parts lie four places behind each other. */
  private static final String PRODUCTS =
      """
      def product(self, x: Tensor, W: Operands, o: int) -> Tensor:
        return <product>

      def product_add(self, x: Tensor, other: Tensor, W: Operands, o: int) -> Tensor:
        return <product_add>
      """;

  /** Rows come out with length 1; the factor √size is in the matrix behind. */
  private static final String RMS_NORM =
      """
      def norm(self, x: Tensor, eps: Tensor) -> Tensor:
        length = torch.linalg_vector_norm(x, 2, [-1], True, dtype=6)
        factor = torch.rsqrt(torch.add(torch.mul(length, length), eps))
        return torch.to(torch.mul(x, factor), ops.prim.dtype(x))
      """;

  /** Its weights and its bias are in the matrix behind. */
  private static final String LAYER_NORM =
      """
      def norm(self, x: Tensor, eps: Tensor) -> Tensor:
        return torch.layer_norm(x, [<hidden>], None, None, <epsilon>)
      """;

  private static final String GATED_SILU =
      """
      def widen(self, x: Tensor, W: Operands, o: int) -> Tensor:
        both = self.product(x, W, o)
        wide = torch.floordiv(torch.size(both, 1), 2)
        gate = self.activated(torch.slice(both, 1, 0, wide))
        return torch.mul(gate, torch.slice(both, 1, wide))
      """;

  private static final String GELU_WITHIN =
      """
      def widen(self, x: Tensor, W: Operands, o: int) -> Tensor:
        return <gelu>
      """;

  private static final String GELU_BEHIND =
      """
      def widen(self, x: Tensor, W: Operands, o: int) -> Tensor:
        return self.activated(self.product(x, W, o))
      """;

  /**
   * Rows are filled up to whole vectors, since what is left of them rounds otherwise, in a row as
   * in a shard's part of one. Loops are cut where threads cannot cut them.
   */
  private static final String ACTIVATED =
      """
      def activated(self, y: Tensor) -> Tensor:
        width = torch.size(y, 1)
        rest = torch.remainder(width, <vectors>)
        if torch.eq(rest, 0):
          whole = y
        else:
          whole = torch.constant_pad_nd(y, [0, torch.sub(<vectors>, rest)])
        if torch.le(torch.numel(whole), <grain>):
          _0 = <activation>(whole<form>)
        else:
          some = torch.split(whole, ops.prim.max(torch.floordiv(<grain>, torch.size(whole, 1)), 1))
          for i in range(torch.len(some)):
            parts = torch.split(some[i], <grain>, 1)
            for j in range(torch.len(parts)):
              _1 = <activation>(parts[j]<form>)
        if torch.eq(rest, 0):
          z = whole
        else:
          z = torch.slice(whole, 1, 0, width)
        return z
      """;

  /** The rotary embedding of query and key heads, {@code [B, H + J, T, S]}. */
  private static final String TURN =
      """
      def turn(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        half = torch.size(sines, 3)
        y = torch.mul(x, cosines)
        _0 = torch.sub_(torch.slice(y, 3, 0, half), torch.mul(torch.slice(x, 3, half), sines))
        _1 = torch.add_(torch.slice(y, 3, half), torch.mul(torch.slice(x, 3, 0, half), sines))
        return y
      """;

  /**
   * A norm of query and key heads. Lengths are taken of all heads as they lie in a row, values too,
   * since what a sum over strided heads gives may depend on how many there are.
   */
  private static final String HEAD_NORM =
      """
      def head_norm(self, rows: Tensor, qk: Tensor, weights: Tensor) -> Tensor:
        B, heads, T, S = torch.size(qk)
        length = torch.linalg_vector_norm(torch.view(rows, [-1, S]), 2, [-1], True, dtype=6)
        factor = torch.rsqrt(torch.add(torch.mul(length, length), <head epsilon>))
        factors = torch.transpose(torch.view(factor, [B, T, -1, 1]), 1, 2)
        normed = torch.to(torch.mul(qk, torch.slice(factors, 1, 0, heads)), ops.prim.dtype(qk))
        return torch.mul(normed, weights)
      """;

  /**
   * Numbers that an elementwise operator takes at once: two vectors, of bfloat16 with AVX-512. It
   * computes one by one what is left of a row, where transcendental functions may round otherwise.
   */
  private static final int VECTORS = 64;

  /** How many elements a loop takes at once that must round alike in every part. */
  static int grain(LinearKernel kernel) {
    return kernel.isForGpu() ? Integer.MAX_VALUE : GRAIN;
  }

  private String attention() {
    return kernel.isForGpu()
        ? "self.fused(q, layer, cache, step, runs, n)"
        : "self.looked(q, layer, cache, step, runs, n)";
  }

  /** The functions of a model's design. */
  String functions() {
    return fill(
        (isLayerNorm() ? LAYER_NORM : RMS_NORM)
            + helpers()
            + PRODUCTS
            + widen()
            + (config.design().headNorms() ? HEAD_NORM : "")
            + (isRotary() ? TURN : ""));
  }

  /** A text with the names in angle brackets replaced. */
  String fill(String text) {
    double epsilon = config.normEpsilon();
    int parts = kernel.parts();
    String bias = config.design().biased() ? behind(4 * parts) : "None";
    LinearKernel heads = kernel.head();
    List<String> matrix = parts(parts, part -> kernel.part("W", behindO(4 * part)));
    List<String> head = parts(heads.parts(), part -> heads.part("E", String.valueOf(5 + part)));
    return text.replace("<product>", kernel.product("x", matrix, bias))
        .replace("<product_add>", kernel.productAdd("x", "other", matrix, bias))
        .replace(
            "<gelu>",
            kernel.productGelu(config.hiddenSize(), "x", matrix, bias, Gelu.TANH).orElse(""))
        .replace("<logits>", heads.product("h", head, isLayerNorm() ? "E[0][4]" : "None"))
        .replace("<placed>", placed())
        .replace("<unseen>", unseen())
        .replace("<tables>", tables())
        .replace("<embedded>", embedded("tokens", "torch.view(positions, [-1])"))
        .replace("<own words>", embedded(chosen("own"), chosen("torch.view(where, [-1])")))
        .replace("<stride>", String.valueOf(config.design().layerTensors(parts)))
        .replace("<hidden>", String.valueOf(config.hiddenSize()))
        .replace("<grain>", String.valueOf(grain(kernel)))
        .replace("<attention>", attention())
        .replace("<epsilon>", Double.toString(epsilon))
        .replace("<head epsilon>", Double.toString(epsilon * config.headSize()));
  }

  private static List<String> parts(int count, IntFunction<String> place) {
    return IntStream.range(0, count).mapToObj(place).toList();
  }

  /** A tensor of a layer. */
  private static String behind(int places) {
    return "W[0][%s]".formatted(behindO(places));
  }

  private static String behindO(int places) {
    return places == 0 ? "o" : "torch.add(o, %d)".formatted(places);
  }

  /** What the kernels of layers and head call. */
  private String helpers() {
    String own = kernel.helpers();
    String heads = kernel.head().helpers();
    return own.equals(heads) ? own : own + heads;
  }

  private String widen() {
    return switch (config.design().feedForward()) {
      case GATED_SILU -> activated("torch.silu_", "") + GATED_SILU;
      case GELU -> widenByGelu(kernel, config.hiddenSize(), Gelu.TANH);
    };
  }

  /** The function {@code widen} of a part with a GELU, which the kernel may compute too. */
  static String widenByGelu(LinearKernel kernel, int inputs, Gelu gelu) {
    return kernel.productGelu(inputs, "", List.of(""), "", gelu).isPresent()
        ? GELU_WITHIN
        : activated("torch.gelu_", ", approximate=\"%s\"".formatted(gelu.form())) + GELU_BEHIND;
  }

  private static String activated(String activation, String form) {
    return ACTIVATED
        .replace("<activation>", activation)
        .replace("<form>", form)
        .replace("<vectors>", String.valueOf(VECTORS));
  }

  private boolean isLayerNorm() {
    return config.design().norm() == Design.Norm.LAYER;
  }

  private boolean isRotary() {
    return switch (config.design().positions()) {
      case Rotary _ -> true;
      case Positions.Learned _ -> false;
    };
  }

  /** Query and key heads that have taken up their positions, if they turn, and their norms. */
  private String placed() {
    String heads = "torch.slice(qkv, 1, 0, HJ)";
    if (config.design().headNorms()) {
      int last = config.design().layerTensors(kernel.parts()) - 1;
      heads = "self.head_norm(rows, %s, %s)".formatted(heads, behind(last));
    }
    return isRotary() ? "self.turn(%s, cosines, sines)".formatted(heads) : heads;
  }

  /** Columns that tokens must not see: those behind them, and those that have left the window. */
  private String unseen() {
    String later = "torch.gt(columns, p)";
    int window = config.design().window();
    return window == 0
        ? later
        : "torch.logical_or(%s, torch.le(columns, torch.sub(p, %d)))".formatted(later, window);
  }

  private String tables() {
    return isRotary()
        ? """
        turns = torch.unsqueeze(torch.embedding(E[0][0], positions), 1)
          return (mask, torch.slice(turns, 3, 0, S), torch.slice(turns, 3, S))\
        """
        : "return (mask, E[0][2], E[0][2])";
  }

  /** The stream before the first layer; learned positions are added here, once. */
  private String embedded(String tokens, String positions) {
    String words = "torch.embedding(E[0][3], %s)".formatted(tokens);
    return isRotary()
        ? words
        : "torch.add(%s, torch.embedding(E[0][0], %s))".formatted(words, positions);
  }

  private static String chosen(String all) {
    return "torch.index_select(%s, 0, rows)".formatted(all);
  }
}
