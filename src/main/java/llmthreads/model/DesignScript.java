package llmthreads.model;

/**
 * What differs between designs, in TorchScript: small functions that {@link DecoderScript} calls by
 * the same names in every design. PyTorch puts their bodies where they are called, so a design pays
 * for nothing that only another one has.
 */
final class DesignScript {
  /** One linear layer; its bias lies four places behind its matrix. */
  private static final String BIASED =
      """
      def product(self, x: Tensor, W: List[Tensor], o: int) -> Tensor:
        return self.linear_bias(x, W[o], W[torch.add(o, 4)])

      def product_add(self, x: Tensor, other: Tensor, W: List[Tensor], o: int) -> Tensor:
        return self.linear_bias_add(x, other, W[o], W[torch.add(o, 4)])
      """;

  private static final String UNBIASED =
      """
      def product(self, x: Tensor, W: List[Tensor], o: int) -> Tensor:
        return self.linear(x, W[o])

      def product_add(self, x: Tensor, other: Tensor, W: List[Tensor], o: int) -> Tensor:
        return self.linear_add(x, other, W[o])
      """;

  /** Columns that tokens must not see: those behind them, and those that have left the window. */
  private static final String WINDOW =
      """
      def unseen(self, columns: Tensor, positions: Tensor) -> Tensor:
        return torch.logical_or(torch.gt(columns, positions), torch.le(columns, torch.sub(positions, WINDOW)))
      """;

  private static final String NO_WINDOW =
      """
      def unseen(self, columns: Tensor, positions: Tensor) -> Tensor:
        return torch.gt(columns, positions)
      """;

  private static final String TURN =
      """
      def turn(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        half = torch.size(sines, 3)
        y = torch.mul(x, cosines)
        _0 = torch.sub_(torch.slice(y, 3, 0, half), torch.mul(torch.slice(x, 3, half), sines))
        _1 = torch.add_(torch.slice(y, 3, half), torch.mul(torch.slice(x, 3, 0, half), sines))
        return y
      """;

  /** Query and key heads, {@code [B, H + J, T, S]}, take up their positions. */
  private static final String PLACE =
      """
      def place(self, rows: Tensor, qk: Tensor, cosines: Tensor, sines: Tensor, W: List[Tensor], o: int) -> Tensor:
        return self.turn(qk, cosines, sines)
      """;

  /**
   * The same for heads that are normed before. Lengths are taken of all heads as they lie in a row,
   * values too, since what a sum over strided heads gives may depend on how many there are.
   */
  private static final String PLACE_NORMED =
      """
      def place(self, rows: Tensor, qk: Tensor, cosines: Tensor, sines: Tensor, W: List[Tensor], o: int) -> Tensor:
        B, heads, T, S = torch.size(qk)
        length = torch.linalg_vector_norm(torch.view(rows, [-1, S]), 2, [-1], True, dtype=6)
        factor = torch.rsqrt(torch.add(torch.mul(length, length), EPSILON))
        factors = torch.transpose(torch.view(factor, [B, T, -1, 1]), 1, 2)
        normed = torch.to(torch.mul(qk, torch.slice(factors, 1, 0, heads)), ops.prim.dtype(qk))
        return self.turn(torch.mul(normed, W[torch.add(o, NORMS)]), cosines, sines)
      """;

  private DesignScript() {}

  /** The functions of a model's design. */
  static String text(Config config) {
    Design design = config.design();
    return (design.biased() ? BIASED : UNBIASED)
        + (design.window() == 0
            ? NO_WINDOW
            : WINDOW.replace("WINDOW", String.valueOf(design.window())))
        + TURN
        + (design.headNorms() ? placeNormed(config) : PLACE);
  }

  private static String placeNormed(Config config) {
    return PLACE_NORMED
        .replace("EPSILON", Double.toString(config.normEpsilon() * config.headSize()))
        .replace("NORMS", String.valueOf(config.design().layerTensors() - 1));
  }
}
