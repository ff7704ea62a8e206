package llmthreads.model;

/**
 * A decoder's layers in TorchScript (a norm before each part, grouped-query attention, a
 * feed-forward part, each added to the stream), written so that a row's bits depend on nothing
 * beside it. What differs between models is in {@link DesignScript}.
 *
 * <p>What that takes: linear layers that treat each row alike (see {@link LinearKernel}), on
 * {@value #MOST_ROWS} rows at most; attention as matrix products around a softmax, on {@value
 * #QUERY_ROWS} query rows or a multiple of that, over whole blocks of positions, its values summed
 * {@value #REACH} positions at a time, so that masked positions add exact zeros; and elementwise
 * operators that round the same way in a vector and alone, since a loop may be cut anywhere among
 * threads: sums and products, no fused ones.
 *
 * <p>With one sequence, what lies between the matrices costs as much as a matrix, since by then the
 * weights have pushed everything else out of the caches: so it is few operators, few kinds of them,
 * and views of all layers at once.
 *
 * <p>Shapes: {@code B} sequences of {@code T} tokens, which linear layers see as {@code B·T} rows;
 * {@code H} query heads and {@code J} key-value heads of size {@code S}; {@code R} query rows of a
 * head, {@code T} or copies of the only one; {@code L} positions looked at.
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
      def store(self, into: Tensor, x: Tensor, where: Tensor, dim: int, start: int) -> Tensor:
        if torch.lt(start, 0):
          y = torch.scatter_(into, dim, torch.expand(where, torch.size(x)), x)
        else:
          y = torch.copy_(into, x)
        return y

      def attend(self, q: Tensor, keys: Tensor, values: Tensor, mask: Tensor, R: int) -> Tensor:
        B, H, T, S = torch.size(q)
        if torch.eq(R, T):
          queries = q
        else:
          queries = torch.contiguous(torch.expand(q, [B, H, R, S]))
        BJ = torch.size(values, 0)
        scores = torch.bmm(torch.reshape(queries, [BJ, -1, S]), keys)
        _0 = torch.add_(torch.view(scores, [B, H, R, -1]), mask)
        weights = torch.softmax(scores, -1)
        L = torch.size(values, 1)
        if torch.le(L, REACH):
          sum = torch.bmm(weights, values)
        else:
          sum = torch.bmm(torch.slice(weights, 2, 0, REACH), torch.slice(values, 1, 0, REACH))
          for i in range(1, torch.floordiv(torch.add(L, LAST), REACH)):
            at = torch.mul(i, REACH)
            to = torch.add(at, REACH)
            _1 = torch.add_(sum, torch.bmm(torch.slice(weights, 2, at, to), torch.slice(values, 1, at, to)))
        merged = torch.transpose(torch.slice(torch.view(sum, [B, H, R, S]), 2, 0, T), 1, 2)
        return torch.reshape(merged, [torch.mul(B, T), torch.mul(H, S)])

      def before(self, x: Tensor, W: List[Tensor], o: int, eps: Tensor) -> Tensor:
        return self.product(self.norm(x, eps), W, o)

      def behind(self, a: Tensor, x: Tensor, W: List[Tensor], o: int, eps: Tensor) -> Tensor:
        x1 = self.product_add(a, x, W, torch.add(o, 1))
        wide = self.widen(self.norm(x1, eps), W, torch.add(o, 2))
        return self.product_add(wide, x1, W, torch.add(o, 3))

      def attention(self, x: Tensor, W: List[Tensor], o: int, intoK: Tensor, intoV: Tensor, keys: Tensor, values: Tensor, whereK: Tensor, whereV: Tensor, start: int, cosines: Tensor, sines: Tensor, mask: Tensor, H: int, R: int, eps: Tensor) -> Tensor:
        B, _0, T, _4 = torch.size(mask)
        J = torch.size(intoV, 1)
        HJ = torch.add(H, J)
        if torch.le(torch.size(x, 0), ROWS):
          rows = self.before(x, W, o, eps)
        else:
          parts = annotate(List[Tensor], [])
          xs = torch.split(x, ROWS)
          for i in range(torch.len(xs)):
            _1 = torch.append(parts, self.before(xs[i], W, o, eps))
          rows = torch.cat(parts)
        qkv = torch.transpose(torch.view(rows, [B, T, torch.add(HJ, J), -1]), 1, 2)
        qk = <placed>
        k = torch.transpose(torch.slice(qk, 1, H, HJ), 2, 3)
        v = torch.slice(qkv, 1, HJ)
        _2 = self.store(intoK, k, whereK, 3, start)
        _3 = self.store(intoV, v, whereV, 2, start)
        return self.attend(torch.slice(qk, 1, 0, H), keys, values, mask, R)

      def layer(self, x: Tensor, W: List[Tensor], o: int, intoK: Tensor, intoV: Tensor, keys: Tensor, values: Tensor, whereK: Tensor, whereV: Tensor, start: int, cosines: Tensor, sines: Tensor, mask: Tensor, H: int, R: int, eps: Tensor) -> Tensor:
        a = self.attention(x, W, o, intoK, intoV, keys, values, whereK, whereV, start, cosines, sines, mask, H, R, eps)
        if torch.le(torch.size(x, 0), ROWS):
          y = self.behind(a, x, W, o, eps)
        else:
          xs = torch.split(x, ROWS)
          attended = torch.split(a, ROWS)
          done = annotate(List[Tensor], [])
          for i in range(torch.len(xs)):
            _4 = torch.append(done, self.behind(attended[i], xs[i], W, o, eps))
          y = torch.cat(done)
        return y

      def places(self, positions: Tensor, columns: Tensor, S: int, E: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
        p = torch.unsqueeze(positions, -1)
        hidden = torch.unsqueeze(<unseen>, 1)
        mask = torch.mul(hidden, E[2])
        <tables>

      def layers(self, x0: Tensor, W: List[Tensor], E: List[Tensor], K: Tensor, V: Tensor, positions: Tensor, columns: Tensor, slot: int, start: int, H: int, R: int) -> Tensor:
        B, T = torch.size(positions)
        N, _0, J, S, _1 = torch.size(K)
        L = torch.size(columns, 0)
        to = torch.add(slot, B)
        K1 = torch.slice(K, 1, slot, to)
        V1 = torch.slice(V, 1, slot, to)
        whereK = torch.view(positions, [B, 1, 1, T])
        whereV = torch.view(positions, [B, 1, T, 1])
        if torch.lt(start, 0):
          intoK1 = K1
          intoV1 = V1
        else:
          end = torch.add(start, T)
          intoK1 = torch.slice(K1, 4, start, end)
          intoV1 = torch.slice(V1, 3, start, end)
        intoK = torch.unbind(intoK1)
        intoV = torch.unbind(intoV1)
        BJ = torch.mul(B, J)
        keys = torch.unbind(torch.view(torch.slice(K1, 4, 0, L), [N, BJ, S, L]))
        values = torch.unbind(torch.view(torch.slice(V1, 3, 0, L), [N, BJ, L, S]))
        mask, cosines, sines = self.places(positions, columns, S, E)
        x = x0
        for i in range(N):
          x = self.layer(x, W, torch.mul(i, <stride>), intoK[i], intoV[i], keys[i], values[i], whereK, whereV, start, cosines, sines, mask, H, R, E[1])
        return x

      def forward(self, plan: List[int], x: Tensor, W: List[Tensor], E: List[Tensor], K: Tensor, V: Tensor, n: List[int]) -> Tensor:
        B, T, R, L, P, slot, start, H, first, last = n
        BT = torch.mul(B, T)
        tokens, positions, columns, picks = torch.split_with_sizes(torch.tensor(plan), [BT, BT, L, P])
        if torch.ne(first, 0):
          x0 = <embedded>
        else:
          x0 = x
        y = self.layers(x0, W, E, K, V, torch.view(positions, [B, T]), columns, slot, start, H, R)
        if torch.ne(last, 0):
          heads = annotate(List[Tensor], [])
          for some in range(torch.floordiv(torch.add(P, MANY), ROWS)):
            at = torch.mul(some, ROWS)
            picked = torch.index_select(y, 0, torch.slice(picks, 0, at, torch.add(at, ROWS)))
            h = self.norm(picked, E[1])
            _0 = torch.append(heads, <logits>)
          if torch.eq(torch.len(heads), 1):
            z = heads[0]
          else:
            z = torch.cat(heads)
        else:
          z = y
        return z

      def move(self, K: Tensor, V: Tensor, source: int, target: int, length: int) -> Tensor:
        _0 = torch.copy_(torch.slice(torch.select(K, 1, target), 3, 0, length), torch.slice(torch.select(K, 1, source), 3, 0, length))
        return torch.copy_(torch.slice(torch.select(V, 1, target), 2, 0, length), torch.slice(torch.select(V, 1, source), 2, 0, length))
      """;

  private DecoderScript() {}

  /** The whole text, for a model's design and a kernel. */
  static String text(Config config, LinearKernel kernel) {
    DesignScript design = new DesignScript(config, kernel);
    return design.functions()
        + design
            .fill(FUNCTIONS)
            .replace("ROWS", String.valueOf(MOST_ROWS))
            .replace("MANY", String.valueOf(MOST_ROWS - 1))
            .replace("REACH", String.valueOf(REACH))
            .replace("LAST", String.valueOf(REACH - 1));
  }
}
