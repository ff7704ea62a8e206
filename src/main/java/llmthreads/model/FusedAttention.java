package llmthreads.model;

/**
 * Attention as a GPU wants it, in TorchScript: keys and values are gathered from their pages, and
 * one kernel does the rest (FlashAttention's idea, arXiv 2205.14135), in whatever order is fastest.
 *
 * <p>The query heads that share a key-value head stand under each other as rows of one head, which
 * spares copies of keys and values. Shapes are those of {@link DecoderScript}.
 */
final class FusedAttention {
  static final String FUNCTIONS =
      """

      def fused(self, q: Tensor, layer: int, cache: Cache, step: List[Tensor], runs: List[int], n: List[int]) -> Tensor:
        B, T, R, L, P, page, offset, H, first, last = n
        tokens, positions, picks, pages, offsets, mask, cosines, sines = step
        new_keys, new_values, seen_keys, seen_values = cache
        _0, J, _1, S = torch.size(new_values[layer])
        keys = torch.new_zeros(q, [B, J, L, S])
        values = torch.new_zeros(q, [B, J, L, S])
        for i in range(torch.len(seen_keys)):
          at, row, to = self.run(runs, i)
          width = torch.size(seen_values[i][layer], 1)
          end = torch.add(at, width)
          k = torch.transpose(torch.view(seen_keys[i][layer], [-1, J, S, width]), 2, 3)
          v = torch.view(seen_values[i][layer], [-1, J, width, S])
          _2 = torch.copy_(torch.slice(torch.slice(keys, 0, row, to), 2, at, end), k)
          _3 = torch.copy_(torch.slice(torch.slice(values, 0, row, to), 2, at, end), v)
        rows = torch.mul(torch.floordiv(H, J), T)
        queries = torch.reshape(q, [B, J, rows, S])
        unseen = torch.reshape(torch.expand(mask, [B, torch.floordiv(H, J), T, L]), [B, 1, rows, L])
        every = torch.expand(unseen, [B, J, rows, L])
        sum = torch.scaled_dot_product_attention(queries, keys, values, every, 0., False, scale=1.)
        merged = torch.transpose(torch.view(torch.contiguous(sum), [B, H, T, S]), 1, 2)
        return torch.reshape(merged, [torch.mul(B, T), torch.mul(H, S)])
      """;

  private FusedAttention() {}
}
