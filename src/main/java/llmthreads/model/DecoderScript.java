package llmthreads.model;

/**
 * The decoder's layers in TorchScript (LLaMA, arXiv 2302.13971: RMSNorm before each part, rotary
 * embedding, grouped-query attention, SwiGLU), written so that a row's bits depend on nothing
 * beside it.
 *
 * <p>What that takes: linear layers that treat each row alike (see {@link LinearKernel}), on
 * {@value #MOST_ROWS} rows at most; attention as matrix products around a softmax, on at least
 * {@value #QUERY_ROWS} query rows, over whole blocks of positions, its values summed {@value
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

  /** The likeliest token is looked for among the peaks of blocks of this many. */
  private static final int PEAKS = 256;

  private static final String FUNCTIONS =
      """
      def norm(self, x: Tensor, w: Tensor, eps: float) -> Tensor:
        length = torch.linalg_vector_norm(x, 2, [-1], True, dtype=6)
        factor = torch.rsqrt(torch.add(torch.mul(length, length), eps))
        return torch.to(torch.mul(torch.mul(x, factor), w), ops.prim.dtype(x))

      def turn(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        half = torch.floordiv(torch.size(x, -1), 2)
        swapped = torch.cat([torch.slice(x, 3, half), torch.slice(x, 3, 0, half)], 3)
        return torch.add_(torch.mul(x, cosines), torch.mul_(swapped, sines))

      def store(self, cache: Tensor, x: Tensor, dim: int, positions: Tensor, start: int) -> Tensor:
        if torch.lt(start, 0):
          B = torch.size(x, 0)
          T = torch.size(positions, 1)
          if torch.eq(dim, 2):
            where = torch.view(positions, [B, 1, T, 1])
          else:
            where = torch.view(positions, [B, 1, 1, T])
          y = torch.scatter_(cache, dim, torch.expand(where, torch.size(x)), x)
        else:
          y = torch.copy_(torch.slice(cache, dim, start, torch.add(start, torch.size(x, dim))), x)
        return y

      def mine(self, cache: Tensor, slot: int, rows: int) -> Tensor:
        if torch.eq(rows, torch.size(cache, 0)):
          some = cache
        else:
          some = torch.slice(cache, 0, slot, torch.add(slot, rows))
        return some

      def attend(self, q: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        B, J, rows, S = torch.size(q)
        some = torch.size(mask, 2)
        if torch.eq(rows, 1):
          padded = torch.contiguous(torch.expand(q, [B, J, some, S]))
        else:
          if torch.gt(some, rows):
            padded = torch.constant_pad_nd(q, [0, 0, 0, torch.sub(some, rows)])
          else:
            padded = q
        scores = torch.bmm(torch.reshape(padded, [torch.mul(B, J), some, S]), keys)
        masked = torch.add_(torch.view(scores, [B, J, some, -1]), mask)
        weights = torch.view(torch.softmax(masked, -1), torch.size(scores))
        L = torch.size(values, 1)
        if torch.le(L, REACH):
          sum = torch.bmm(weights, values)
        else:
          sum = torch.bmm(torch.slice(weights, 2, 0, REACH), torch.slice(values, 1, 0, REACH))
          for i in range(1, torch.floordiv(torch.add(L, LAST), REACH)):
            at = torch.mul(i, REACH)
            to = torch.add(at, REACH)
            _0 = torch.add_(sum, torch.bmm(torch.slice(weights, 2, at, to), torch.slice(values, 1, at, to)))
        return torch.slice(torch.view(sum, [B, J, some, S]), 2, 0, rows)

      def before(self, x: Tensor, W: List[Tensor], o: int, eps: float) -> Tensor:
        return self.linear(self.norm(x, W[o], eps), W[torch.add(o, 1)])

      def behind(self, a: Tensor, x: Tensor, W: List[Tensor], o: int, eps: float) -> Tensor:
        x1 = self.linear_add(a, x, W[torch.add(o, 2)])
        h = self.norm(x1, W[torch.add(o, 3)], eps)
        gate = self.linear_silu(h, W[torch.add(o, 4)])
        wide = self.linear_mul(h, gate, W[torch.add(o, 5)])
        return self.linear_add(wide, x1, W[torch.add(o, 6)])

      def layer(self, x: Tensor, W: List[Tensor], o: int, keys: Tensor, values: Tensor, cosines: Tensor, sines: Tensor, mask: Tensor, positions: Tensor, slot: int, start: int, H: int, eps: float) -> Tensor:
        B, T = torch.size(positions)
        J = torch.size(values, 1)
        S = torch.size(values, 3)
        L = torch.size(mask, 3)
        HJ = torch.add(H, J)
        G = torch.floordiv(H, J)
        few = torch.le(torch.size(x, 0), ROWS)
        if few:
          rows = self.before(x, W, o, eps)
        else:
          parts = annotate(List[Tensor], [])
          xs = torch.split(x, ROWS)
          for i in range(torch.len(xs)):
            _2 = torch.append(parts, self.before(xs[i], W, o, eps))
          rows = torch.cat(parts)
        qkv = torch.view(rows, [B, T, torch.add(HJ, J), S])
        qk = self.turn(torch.slice(qkv, 2, 0, HJ), cosines, sines)
        ks = self.mine(keys, slot, B)
        vs = self.mine(values, slot, B)
        _0 = self.store(ks, torch.permute(torch.slice(qk, 2, H, HJ), [0, 2, 3, 1]), 3, positions, start)
        _1 = self.store(vs, torch.transpose(torch.slice(qkv, 2, HJ), 1, 2), 2, positions, start)
        q = torch.transpose(torch.view(torch.slice(qk, 2, 0, H), [B, T, J, G, S]), 1, 2)
        k = torch.flatten(torch.slice(ks, 3, 0, L), 0, 1)
        v = torch.flatten(torch.slice(vs, 2, 0, L), 0, 1)
        a = self.attend(torch.reshape(q, [B, J, torch.mul(T, G), S]), k, v, mask)
        merged = torch.reshape(torch.transpose(torch.reshape(a, [B, J, T, G, S]), 1, 2), [torch.mul(B, T), torch.mul(H, S)])
        if few:
          y = self.behind(merged, x, W, o, eps)
        else:
          xs = torch.split(x, ROWS)
          merges = torch.split(merged, ROWS)
          done = annotate(List[Tensor], [])
          for i in range(torch.len(xs)):
            _3 = torch.append(done, self.behind(merges[i], xs[i], W, o, eps))
          y = torch.cat(done)
        return y

      def layers(self, x0: Tensor, W: List[Tensor], E: List[Tensor], K: List[Tensor], V: List[Tensor], positions: Tensor, limits: Tensor, columns: Tensor, slot: int, start: int, H: int, eps: float) -> Tensor:
        hidden = torch.gt(torch.unsqueeze(columns, 0), torch.unsqueeze(limits, -1))
        mask = torch.unsqueeze(torch.masked_fill(torch.zeros_like(hidden, dtype=ops.prim.dtype(x0)), hidden, -1.e30), 1)
        cosines = torch.unsqueeze(torch.embedding(E[0], positions), 2)
        sines = torch.unsqueeze(torch.embedding(E[1], positions), 2)
        x = x0
        for i in range(torch.len(K)):
          x = self.layer(x, W, torch.mul(i, 7), K[i], V[i], cosines, sines, mask, positions, slot, start, H, eps)
        return x

      def forward(self, plan: Tensor, x: Tensor, W: List[Tensor], E: List[Tensor], K: List[Tensor], V: List[Tensor], n: List[int], eps: float) -> Tensor:
        B, T, Q, L, P, slot, start, H, first, last = n
        BT = torch.mul(B, T)
        tokens, positions, limits, columns, picks = torch.split_with_sizes(plan, [BT, BT, torch.mul(B, Q), L, P])
        if torch.ne(first, 0):
          x0 = torch.embedding(E[2], tokens)
        else:
          x0 = x
        y = self.layers(x0, W, E, K, V, torch.view(positions, [B, T]), torch.view(limits, [B, Q]), columns, slot, start, H, eps)
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
          _0 = torch.copy_(torch.slice(torch.select(K[i], 0, target), 2, 0, length), torch.slice(torch.select(K[i], 0, source), 2, 0, length))
          _1 = torch.copy_(torch.slice(torch.select(V[i], 0, target), 1, 0, length), torch.slice(torch.select(V[i], 0, source), 1, 0, length))
        return 0

      def best(self, logits: Tensor) -> Tensor:
        V = torch.size(logits, 1)
        blocks = torch.floordiv(V, BLOCK)
        whole = torch.mul(blocks, BLOCK)
        peaks = [torch.amax(torch.unflatten(torch.slice(logits, 1, 0, whole), 1, [blocks, BLOCK]), [-1])]
        if torch.lt(whole, V):
          _0 = torch.append(peaks, torch.amax(torch.slice(logits, 1, whole), [-1], True))
        else:
          pass
        block = torch.argmax(torch.cat(peaks, 1), -1, True)
        columns = torch.clamp(torch.add(torch.mul(block, BLOCK), torch.arange(BLOCK)), None, torch.sub(V, 1))
        return torch.gather(columns, 1, torch.argmax(torch.gather(logits, 1, columns), -1, True))

      def greedy(self, logits: Tensor) -> Tensor:
        return torch.squeeze(self.best(logits), 1)

      def greedy_scored(self, logits: Tensor) -> Tuple[Tensor, Tensor]:
        best = self.best(logits)
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
            .replace("LAST", String.valueOf(REACH - 1))
            .replace("BLOCK", String.valueOf(PEAKS));
  }
}
