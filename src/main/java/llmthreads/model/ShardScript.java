package llmthreads.model;

/**
 * What one shard computes of a decoder's layers, in TorchScript: the functions of {@link
 * DecoderScript} between one exchange and the next. Each writes its result into a tensor that it is
 * given, at its own columns where shards share one.
 */
final class ShardScript {
  private static final String FUNCTIONS =
      """
      def own_heads(self, x: Tensor, i: int, W: Operands, E: Operands, K: Tensor, V: Tensor, step: List[Tensor], runs: List[int], n: List[int]) -> Tensor:
        to = torch.add(i, 1)
        cache = self.cache(torch.slice(K, 0, i, to), torch.slice(V, 0, i, to), runs, n)
        return self.attention(x, W, torch.mul(i, <stride>), 0, cache, step, runs, n, E[0][1])

      def write(self, into: Tensor, row: int, column: int, y: Tensor) -> Tensor:
        rows, width = torch.size(y)
        some = torch.slice(into, 0, row, torch.add(row, rows))
        return torch.copy_(torch.slice(some, 1, column, torch.add(column, width)), y)

      def widened(self, x: Tensor, W: Operands, o: int, eps: Tensor) -> Tensor:
        return self.widen(self.norm(x, eps), W, o)

      def own_tokens(self, into: Tensor, tokens: Tensor, where: Tensor, E: Operands, first: int) -> int:
        own = torch.sub(tokens, first)
        is_own = torch.logical_and(torch.ge(own, 0), torch.lt(own, torch.size(E[0][3], 0)))
        rows = torch.squeeze(torch.nonzero(is_own), 1)
        words = <own words>
        _0 = torch.index_copy_(into, 0, rows, torch.to(words, ops.prim.dtype(into)))
        return 0

      def gather_heads(self, into: Tensor, column: int, x: Tensor, i: int, W: Operands, E: Operands, K: Tensor, V: Tensor, step: List[Tensor], runs: List[int], n: List[int]) -> int:
        _0 = self.write(into, 0, column, self.own_heads(x, i, W, E, K, V, step, runs, n))
        return 0

      def gather_sum(self, into: Tensor, column: int, width: int, x: Tensor, residual: Tensor, W: Operands, o: int) -> int:
        xs = torch.split(x, ROWS)
        rs = torch.split(torch.slice(residual, 1, column, torch.add(column, width)), ROWS)
        for j in range(torch.len(xs)):
          y = self.product_add(xs[j], torch.contiguous(rs[j]), W, o)
          _0 = self.write(into, torch.mul(j, ROWS), column, y)
        return 0

      def gather_wide(self, into: Tensor, column: int, x: Tensor, i: int, W: Operands, E: Operands) -> int:
        xs = torch.split(x, ROWS)
        for j in range(torch.len(xs)):
          y = self.widened(xs[j], W, torch.add(torch.mul(i, <stride>), 2), E[0][1])
          _0 = self.write(into, torch.mul(j, ROWS), column, y)
        return 0

      def gather_logits(self, into: Tensor, column: int, x: Tensor, E: Operands, picks: Tensor) -> int:
        some = torch.split(picks, ROWS)
        for j in range(torch.len(some)):
          picked = torch.to(torch.index_select(x, 0, some[j]), ops.prim.dtype(E[0][2]))
          h = self.norm(picked, E[0][1])
          y = <logits>
          _0 = self.write(into, torch.mul(j, ROWS), column, y)
        return 0

      def part(self, into: Tensor, row: int, y: Tensor, x: Tensor, W: Operands, o: int, residual: bool) -> int:
        if residual:
          _0 = self.write(into, row, 0, self.product_add(y, x, W, o))
        else:
          _1 = self.write(into, row, 0, self.product(y, W, o))
        return 0

      def reduce_heads(self, into: Tensor, residual: bool, wide: Tensor, i: int, W: Operands, E: Operands, K: Tensor, V: Tensor, step: List[Tensor], runs: List[int], n: List[int]) -> int:
        x = torch.to(wide, ops.prim.dtype(E[0][2]))
        xs = torch.split(x, ROWS)
        heads = torch.split(self.own_heads(x, i, W, E, K, V, step, runs, n), ROWS)
        for j in range(torch.len(xs)):
          _0 = self.part(into, torch.mul(j, ROWS), heads[j], xs[j], W, torch.add(torch.mul(i, <stride>), 1), residual)
        return 0

      def reduce_wide(self, into: Tensor, residual: bool, wide: Tensor, i: int, W: Operands, E: Operands) -> int:
        xs = torch.split(torch.to(wide, ops.prim.dtype(E[0][2])), ROWS)
        o = torch.mul(i, <stride>)
        for j in range(torch.len(xs)):
          y = self.widened(xs[j], W, torch.add(o, 2), E[0][1])
          _0 = self.part(into, torch.mul(j, ROWS), y, xs[j], W, torch.add(o, 3), residual)
        return 0

      def clear(self, x: Tensor) -> int:
        _0 = torch.zero_(x)
        return 0

      def take(self, into: Tensor, x: Tensor) -> int:
        _0 = torch.copy_(into, x)
        return 0
      """;

  private ShardScript() {}

  /** The whole text, for a model's design and a kernel. */
  static String text(Config config, LinearKernel kernel) {
    return DecoderScript.text(config, kernel)
        + new DesignScript(config, kernel)
            .fill(FUNCTIONS)
            .replace("ROWS", String.valueOf(DecoderScript.rows(kernel)));
  }
}
