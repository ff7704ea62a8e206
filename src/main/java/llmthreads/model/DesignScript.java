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

  private DesignScript() {}

  /** The functions of a design. */
  static String text(Design design) {
    return (design.biased() ? BIASED : UNBIASED)
        + (design.window() == 0
            ? NO_WINDOW
            : WINDOW.replace("WINDOW", String.valueOf(design.window())));
  }
}
