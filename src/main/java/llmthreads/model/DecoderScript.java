package llmthreads.model;

/**
 * The decoder's layers in TorchScript (LLaMA, arXiv 2302.13971: RMSNorm before each part, rotary
 * embedding, grouped-query attention, SwiGLU), written so that a row's bits depend on nothing
 * beside it.
 *
 * <p>What that takes: linear layers that treat each row alike (see {@link LinearKernel}), on
 * {@value #MOST_ROWS} rows at most; attention as matrix products around a softmax, on at least
 * {@value #LEAST_ROWS} query rows, over whole blocks of positions, its values summed {@value
 * #REACH} positions at a time, so that masked positions add exact zeros; and elementwise operators
 * that round the same way in a vector and alone, since a loop may be cut anywhere among threads:
 * sums and products, no fused ones.
 *
 * <p>Shapes: {@code B} sequences of {@code T} tokens, which linear layers see as {@code B·T} rows;
 * {@code H} query heads and {@code J} key-value heads of size {@code S}; {@code Q = max(T·H/J, 4)}
 * query rows of one key-value head; {@code L} positions looked at.
 */
final class DecoderScript {
  /**
   * Query rows come in multiples of this: a matrix product with fewer rows, or a thread's part of
   * one, takes another path in MKL and rounds otherwise.
   */
  static final int QUERY_ROWS = 4;

  /**
   * Linear layers take rows in blocks of this many: from about 90 on, oneDNN cuts long sums
   * otherwise (seen on AVX2).
   */
  static final int MOST_ROWS = 64;

  /**
   * Attention sums values over blocks of this many positions: past 192, MKL cuts a sum in halves,
   * wherever they end.
   */
  static final int REACH = 128;

  private static final String FUNCTIONS =
      """
      def norm(self, x: Tensor, w: Tensor, eps: float) -> Tensor:
        return torch.rms_norm(x, [torch.size(x, -1)], w, eps)

      def turn(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        half = torch.floordiv(torch.size(x, -1), 2)
        swapped = torch.view(torch.flip(torch.view(x, [torch.size(x, 0), torch.size(x, 1), torch.size(x, 2), 2, half]), [3]), torch.size(x))
        return torch.add_(torch.mul(x, cosines), torch.mul_(swapped, sines))

      def store(self, cache: Tensor, x: Tensor, cells: Tensor, slot: int, start: int) -> Tensor:
        if torch.lt(start, 0):
          size = torch.size(x, -1)
          y = torch.index_copy_(torch.view(cache, [-1, size]), 0, cells, torch.reshape(x, [-1, size]))
        else:
          rows = torch.slice(cache, 0, slot, torch.add(slot, torch.size(x, 0)))
          y = torch.copy_(torch.slice(rows, 2, start, torch.add(start, torch.size(x, 2))), x)
        return y

      def attend(self, q: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        rows = torch.size(q, 1)
        more = torch.sub(torch.size(mask, 2), rows)
        if torch.gt(more, 0):
          padded = torch.constant_pad_nd(q, [0, 0, 0, more])
        else:
          padded = q
        scores = torch.bmm(padded, torch.transpose(keys, 1, 2))
        B = torch.size(mask, 0)
        masked = torch.add_(torch.view(scores, [B, -1, torch.size(scores, 1), torch.size(scores, 2)]), mask)
        weights = torch.view(torch.softmax(masked, -1), torch.size(scores))
        sum = torch.bmm(torch.slice(weights, 2, 0, REACH), torch.slice(values, 1, 0, REACH))
        for i in range(1, torch.floordiv(torch.add(torch.size(values, 1), LAST), REACH)):
          at = torch.mul(i, REACH)
          to = torch.add(at, REACH)
          _0 = torch.add_(sum, torch.bmm(torch.slice(weights, 2, at, to), torch.slice(values, 1, at, to)))
        return torch.slice(sum, 1, 0, rows)

      def before(self, x: Tensor, W: List[Tensor], o: int, eps: float) -> Tensor:
        return self.linear(self.norm(x, W[o], eps), W[torch.add(o, 1)])

      def behind(self, a: Tensor, x: Tensor, W: List[Tensor], o: int, eps: float) -> Tensor:
        x1 = self.linear_add(a, x, W[torch.add(o, 2)])
        h = self.norm(x1, W[torch.add(o, 3)], eps)
        gate = self.linear_silu(h, W[torch.add(o, 4)])
        wide = self.linear_mul(h, gate, W[torch.add(o, 5)])
        return self.linear_add(wide, x1, W[torch.add(o, 6)])

      def layer(self, x: Tensor, W: List[Tensor], o: int, keys: Tensor, values: Tensor, cosines: Tensor, sines: Tensor, mask: Tensor, cells: Tensor, slot: int, start: int, H: int, eps: float) -> Tensor:
        B = torch.size(mask, 0)
        T = torch.size(cosines, 1)
        J = torch.size(keys, 1)
        S = torch.size(keys, 3)
        L = torch.size(mask, 3)
        HJ = torch.add(H, J)
        few = torch.le(torch.size(x, 0), ROWS)
        xs = torch.split(x, ROWS)
        if few:
          rows = self.before(x, W, o, eps)
        else:
          parts = annotate(List[Tensor], [])
          for i in range(torch.len(xs)):
            _2 = torch.append(parts, self.before(xs[i], W, o, eps))
          rows = torch.cat(parts)
        qkv = torch.view(rows, [B, T, torch.add(HJ, J), S])
        qk = self.turn(torch.slice(qkv, 2, 0, HJ), cosines, sines)
        _0 = self.store(keys, torch.transpose(torch.slice(qk, 2, H, HJ), 1, 2), cells, slot, start)
        _1 = self.store(values, torch.transpose(torch.slice(qkv, 2, HJ), 1, 2), cells, slot, start)
        G = torch.floordiv(H, J)
        q = torch.transpose(torch.view(torch.slice(qk, 2, 0, H), [B, T, J, G, S]), 1, 2)
        end = torch.add(slot, B)
        k = torch.flatten(torch.slice(torch.slice(keys, 0, slot, end), 2, 0, L), 0, 1)
        v = torch.flatten(torch.slice(torch.slice(values, 0, slot, end), 2, 0, L), 0, 1)
        a = self.attend(torch.reshape(q, [torch.mul(B, J), torch.mul(T, G), S]), k, v, mask)
        merged = torch.reshape(torch.transpose(torch.reshape(a, [B, J, T, G, S]), 1, 2), [torch.mul(B, T), torch.mul(H, S)])
        if few:
          y = self.behind(merged, x, W, o, eps)
        else:
          merges = torch.split(merged, ROWS)
          done = annotate(List[Tensor], [])
          for i in range(torch.len(xs)):
            _3 = torch.append(done, self.behind(merges[i], xs[i], W, o, eps))
          y = torch.cat(done)
        return y

      def layers(self, x0: Tensor, W: List[Tensor], E: List[Tensor], K: List[Tensor], V: List[Tensor], positions: Tensor, limits: Tensor, columns: Tensor, cells: Tensor, slot: int, start: int, H: int, eps: float) -> Tensor:
        hidden = torch.gt(torch.unsqueeze(columns, 0), torch.unsqueeze(limits, -1))
        mask = torch.unsqueeze(torch.masked_fill(torch.zeros_like(hidden, dtype=ops.prim.dtype(x0)), hidden, -1.e30), 1)
        cosines = torch.unsqueeze(torch.embedding(E[0], positions), 2)
        sines = torch.unsqueeze(torch.embedding(E[1], positions), 2)
        x = x0
        for i in range(torch.len(K)):
          x = self.layer(x, W, torch.mul(i, 7), K[i], V[i], cosines, sines, mask, cells, slot, start, H, eps)
        return x

      def forward(self, plan: Tensor, x: Tensor, W: List[Tensor], E: List[Tensor], K: List[Tensor], V: List[Tensor], n: List[int], eps: float) -> Tensor:
        B, T, Q, L, P, slot, start, H, first, last = n
        tokens, positions, limits, columns, picks, cells = torch.split_with_sizes(plan, [torch.mul(B, T), torch.mul(B, T), torch.mul(B, Q), L, P, torch.sub(torch.size(plan, 0), torch.add(torch.add(torch.mul(torch.mul(B, T), 2), torch.mul(B, Q)), torch.add(L, P)))])
        if torch.ne(first, 0):
          x0 = torch.embedding(E[2], tokens)
        else:
          x0 = x
        y = self.layers(x0, W, E, K, V, torch.view(positions, [B, T]), torch.view(limits, [B, Q]), columns, cells, slot, start, H, eps)
        if torch.ne(last, 0):
          heads = annotate(List[Tensor], [])
          for some in range(torch.floordiv(torch.add(P, MANY), ROWS)):
            at = torch.mul(some, ROWS)
            picked = torch.index_select(y, 0, torch.slice(picks, 0, at, torch.add(at, ROWS)))
            _0 = torch.append(heads, self.linear(self.norm(picked, E[3], eps), E[4]))
          if torch.eq(torch.len(heads), 1):
            z = heads[0]
          else:
            z = torch.cat(heads)
        else:
          z = y
        return z

      def move(self, K: List[Tensor], V: List[Tensor], source: int, target: int, length: int) -> int:
        for i in range(torch.len(K)):
          _0 = torch.copy_(torch.slice(torch.select(K[i], 0, target), 1, 0, length), torch.slice(torch.select(K[i], 0, source), 1, 0, length))
          _1 = torch.copy_(torch.slice(torch.select(V[i], 0, target), 1, 0, length), torch.slice(torch.select(V[i], 0, source), 1, 0, length))
        return 0

      def greedy(self, logits: Tensor) -> Tensor:
        return torch.argmax(logits, -1)

      def greedy_scored(self, logits: Tensor) -> Tuple[Tensor, Tensor]:
        best = torch.argmax(logits, -1, True)
        scores = torch.gather(torch.log_softmax(logits, -1, 6), 1, best)
        return (best, scores)

      def log_softmax(self, logits: Tensor) -> Tensor:
        return torch.log_softmax(logits, -1, 6)
      """;

  private DecoderScript() {}

  /** The whole text, for a kernel. */
  static String text(LinearKernel kernel) {
    return kernel.functions()
        + FUNCTIONS
            .replace("ROWS", String.valueOf(MOST_ROWS))
            .replace("MANY", String.valueOf(MOST_ROWS - 1))
            .replace("REACH", String.valueOf(REACH))
            .replace("LAST", String.valueOf(REACH - 1));
  }
}
