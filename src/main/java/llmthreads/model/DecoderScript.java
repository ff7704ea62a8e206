package llmthreads.model;

/**
 * A decoder's layers in TorchScript (a norm before each part, grouped-query attention, a
 * feed-forward part, each added to the stream), written so that a row's bits depend on nothing
 * beside it. What differs between models is in {@link DesignScript}.
 *
 * <p>What that takes: linear layers that treat each row alike (see {@link LinearKernel}), on
 * {@value #MOST_ROWS} rows at most; attention as matrix products around a softmax, on {@link
 * #queryRows} query rows or a multiple of that, over whole blocks of positions, its values summed
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
  private static final int QUERY_ROWS = 4;

  /**
   * Every product of attention has more multiply-adds than this: PyTorch leaves those in bfloat16
   * to oneDNN then, and takes a loop of its own, which rounds otherwise, where all heads together
   * have no more.
   */
  static final int LOOPED = 4_096;

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

  /**
   * So many tokens of a prompt look at a time, at the positions up to their own: their scores stay
   * in the processor's caches, and what none of them may see is not computed.
   */
  private static final int MOST_QUERIES = 64;

  private static final String FUNCTIONS =
      """
      def paged(self, x: Tensor, pages: Tensor) -> Tensor:
        rows, J, M, _0 = torch.size(x)
        if torch.eq(torch.size(pages, 0), torch.mul(rows, J)):
          y = torch.view(torch.bmm(torch.flatten(x, 0, 1), pages), [rows, J, M, -1])
        else:
          together = torch.reshape(torch.transpose(x, 0, 1), [J, torch.mul(rows, M), -1])
          y = torch.transpose(torch.view(torch.bmm(together, pages), [J, rows, M, -1]), 0, 1)
        return y

      def looked(self, q: Tensor, layer: int, cache: Cache, step: List[Tensor], runs: List[int], n: List[int]) -> Tensor:
        B, T, R, L, P, page, offset, H, first, last = n
        tokens, positions, picks, pages, offsets, mask, cosines, sines = step
        if torch.le(T, QUERIES):
          y = self.attended(self.weights(q, mask, R, layer, cache, runs), H, T, layer, cache, runs)
        else:
          parts = annotate(List[Tensor], [])
          for i in range(torch.floordiv(torch.sub(torch.add(T, QUERIES), 1), QUERIES)):
            at = torch.mul(i, QUERIES)
            to = ops.prim.min(torch.add(at, QUERIES), T)
            end = int(torch.max(torch.slice(positions, 1, at, to)))
            seen = torch.mul(torch.add(torch.floordiv(end, BLOCK), 1), BLOCK)
            hidden = torch.slice(torch.slice(mask, 2, at, to), 3, 0, seen)
            some = self.weights(torch.slice(q, 2, at, to), hidden, torch.sub(to, at), layer, cache, runs)
            _0 = torch.append(parts, self.attended(some, H, torch.sub(to, at), layer, cache, runs))
          y = torch.cat(parts, 1)
        return torch.reshape(y, [torch.mul(B, T), -1])

      def weights(self, q: Tensor, mask: Tensor, R: int, layer: int, cache: Cache, runs: List[int]) -> Tensor:
        B, H, T, S = torch.size(q)
        L = torch.size(mask, 3)
        new_keys, new_values, keys, values = cache
        J = torch.size(new_values[layer], 1)
        if torch.eq(R, T):
          rows = q
        else:
          rows = torch.contiguous(torch.expand(q, [-1, -1, R, -1]))
        queries = torch.reshape(rows, [B, J, -1, S])
        if torch.eq(torch.len(keys), 1):
          scores = self.paged(queries, self.until(keys[0][layer], 2, L))
        else:
          scores = torch.new_zeros(q, [B, J, torch.size(queries, 2), L])
          for i in range(torch.len(keys)):
            at, row, to = self.run(runs, i)
            if torch.lt(at, L):
              some = self.until(keys[i][layer], 2, torch.sub(L, at))
              columns = torch.slice(torch.slice(scores, 0, row, to), 3, at, torch.add(at, torch.size(some, 2)))
              _0 = torch.copy_(columns, self.paged(torch.slice(queries, 0, row, to), some))
        _1 = torch.add_(torch.view(scores, [B, H, R, L]), mask)
        return torch.softmax(scores, -1)

      def attended(self, weights: Tensor, H: int, T: int, layer: int, cache: Cache, runs: List[int]) -> Tensor:
        B, J, M, L = torch.size(weights)
        new_keys, new_values, keys, values = cache
        if torch.eq(torch.len(values), 1):
          sum = self.paged(weights, self.until(values[0][layer], 1, L))
        else:
          sum = torch.new_zeros(weights, [B, J, M, torch.size(new_values[layer], 3)])
          for i in range(torch.len(values)):
            at, row, to = self.run(runs, i)
            if torch.lt(at, L):
              some = self.until(values[i][layer], 1, torch.sub(L, at))
              columns = torch.slice(torch.slice(weights, 0, row, to), 3, at, torch.add(at, torch.size(some, 1)))
              _0 = torch.add_(torch.slice(sum, 0, row, to), self.paged(columns, some))
        S = torch.size(sum, 3)
        merged = torch.transpose(torch.slice(torch.view(sum, [B, H, -1, S]), 2, 0, T), 1, 2)
        return torch.reshape(merged, [B, T, -1])

      def until(self, x: Tensor, dim: int, end: int) -> Tensor:
        if torch.gt(torch.size(x, dim), end):
          y = torch.slice(x, dim, 0, end)
        else:
          y = x
        return y

      def run(self, runs: List[int], i: int) -> Tuple[int, int, int]:
        o = torch.mul(i, RUN)
        row = runs[torch.add(o, 1)]
        return (runs[o], row, torch.add(row, runs[torch.add(o, 2)]))

      def cache(self, K: Tensor, V: Tensor, runs: List[int], n: List[int]) -> Cache:
        B, T, R, L, P, page, offset, H, first, last = n
        if torch.ge(offset, 0):
          behind = torch.add(page, B)
          to = torch.add(offset, T)
          k = torch.transpose(torch.slice(torch.slice(K, 1, page, behind), 4, offset, to), 3, 4)
          v = torch.slice(torch.slice(V, 1, page, behind), 3, offset, to)
        else:
          k = K
          v = V
        return (torch.unbind(k), torch.unbind(v), self.seen(K, 4, L, runs), self.seen(V, 3, L, runs))

      def seen(self, x: Tensor, dim: int, L: int, runs: List[int]) -> List[List[Tensor]]:
        size = torch.size(x, dim)
        pages = annotate(List[List[Tensor]], [])
        for i in range(torch.floordiv(torch.len(runs), RUN)):
          o = torch.mul(i, RUN)
          page = runs[torch.add(o, 3)]
          some = torch.slice(x, 1, page, torch.add(page, runs[torch.add(o, 4)]))
          width = ops.prim.min(size, torch.sub(L, runs[o]))
          _0 = torch.append(pages, torch.unbind(torch.flatten(torch.slice(some, dim, 0, width), 1, 2)))
        return pages

      def before(self, x: Tensor, W: Operands, o: int, eps: Tensor) -> Tensor:
        return self.product(self.norm(x, eps), W, o)

      def behind(self, a: Tensor, x: Tensor, W: Operands, o: int, eps: Tensor) -> Tensor:
        x1 = self.product_add(a, x, W, torch.add(o, 1))
        wide = self.widen(self.norm(x1, eps), W, torch.add(o, 2))
        return self.product_add(wide, x1, W, torch.add(o, 3))

      def queries(self, x: Tensor, W: Operands, o: int, layer: int, cache: Cache, step: List[Tensor], n: List[int], eps: Tensor) -> Tensor:
        B, T, R, L, P, page, offset, H, first, last = n
        tokens, positions, picks, pages, offsets, mask, cosines, sines = step
        new_keys, new_values, keys, values = cache
        J = torch.size(new_values[layer], 1)
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
        k = torch.slice(qk, 1, H, HJ)
        v = torch.slice(qkv, 1, HJ)
        if torch.ge(offset, 0):
          _2 = torch.copy_(new_keys[layer], k)
          _3 = torch.copy_(new_values[layer], v)
        else:
          where = annotate(List[Optional[Tensor]], [pages, None, None, offsets])
          _4 = torch.index_put_(new_keys[layer], where, torch.flatten(torch.transpose(k, 1, 2), 0, 1))
          place = annotate(List[Optional[Tensor]], [pages, None, offsets])
          _5 = torch.index_put_(new_values[layer], place, torch.flatten(torch.transpose(v, 1, 2), 0, 1))
        return torch.slice(qk, 1, 0, H)

      def attention(self, x: Tensor, W: Operands, o: int, layer: int, cache: Cache, step: List[Tensor], runs: List[int], n: List[int], eps: Tensor) -> Tensor:
        q = self.queries(x, W, o, layer, cache, step, n, eps)
        return <attention>

      def rest(self, a: Tensor, x: Tensor, W: Operands, o: int, eps: Tensor) -> Tensor:
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

      def places(self, positions: Tensor, columns: Tensor, S: int, E: Operands) -> Tuple[Tensor, Tensor, Tensor]:
        p = torch.unsqueeze(positions, -1)
        hidden = torch.unsqueeze(<unseen>, 1)
        mask = torch.mul(hidden, E[0][2])
        <tables>

      def prepare(self, plan: List[int], E: Operands, S: int, n: List[int]) -> List[Tensor]:
        B, T, R, L, P, page, offset, H, first, last = n
        BT = torch.mul(B, T)
        tokens, flat, pages, offsets, columns, picks = torch.split_with_sizes(torch.tensor(plan, device=ops.prim.device(E[0][2])), [BT, BT, BT, BT, L, P])
        positions = torch.view(flat, [B, T])
        mask, cosines, sines = self.places(positions, columns, S, E)
        return [tokens, positions, picks, pages, offsets, mask, cosines, sines]

      def forward(self, plan: List[int], x: Tensor, W: Operands, E: Operands, K: Tensor, V: Tensor, runs: List[int], n: List[int]) -> Tensor:
        B, T, R, L, P, page, offset, H, first, last = n
        step = self.prepare(plan, E, torch.size(K, 3), n)
        tokens, positions, picks, pages, offsets, mask, cosines, sines = step
        if torch.ne(first, 0):
          y = <embedded>
        else:
          y = x
        cache = self.cache(K, V, runs, n)
        for i in range(torch.size(K, 0)):
          o = torch.mul(i, <stride>)
          y = self.rest(self.attention(y, W, o, i, cache, step, runs, n, E[0][1]), y, W, o, E[0][1])
        if torch.ne(last, 0):
          heads = annotate(List[Tensor], [])
          for some in range(torch.floordiv(torch.add(P, MANY), ROWS)):
            at = torch.mul(some, ROWS)
            picked = torch.index_select(y, 0, torch.slice(picks, 0, at, torch.add(at, ROWS)))
            h = self.norm(picked, E[0][1])
            _0 = torch.append(heads, <logits>)
          if torch.eq(torch.len(heads), 1):
            z = heads[0]
          else:
            z = torch.cat(heads)
        else:
          z = y
        return z

      def maps(self, plan: List[int], W: Operands, E: Operands, K: Tensor, V: Tensor, runs: List[int], n: List[int]) -> Tensor:
        B, T, R, L, P, page, offset, H, first, last = n
        step = self.prepare(plan, E, torch.size(K, 3), n)
        tokens, positions, picks, pages, offsets, mask, cosines, sines = step
        y = <embedded>
        cache = self.cache(K, V, runs, n)
        maps = annotate(List[Tensor], [])
        for i in range(torch.size(K, 0)):
          o = torch.mul(i, <stride>)
          weights = self.weights(self.queries(y, W, o, i, cache, step, n, E[0][1]), mask, R, i, cache, runs)
          _0 = torch.append(maps, torch.view(weights, [H, R, L]))
          attended = torch.reshape(self.attended(weights, H, T, i, cache, runs), [torch.mul(B, T), -1])
          y = self.rest(attended, y, W, o, E[0][1])
        return torch.to(torch.stack(maps), 6)
      """;

  /** What a step sees of each layer's cache: room for its keys and values, and the seen ones. */
  static final String CACHE =
      "Tuple[List[Tensor], List[Tensor], List[List[Tensor]], List[List[Tensor]]]";

  private DecoderScript() {}

  /** How many query rows of a head come together; their number is a multiple of this. */
  static int queryRows(int headSize) {
    int rows = QUERY_ROWS;
    while (rows * headSize * KvCache.BLOCK <= LOOPED) {
      rows += QUERY_ROWS;
    }
    return rows;
  }

  /**
   * How many tokens of a sequence come together: so many that their query rows are {@link
   * #queryRows} or a multiple of that.
   */
  static int queryUnit(Config config) {
    int group = config.heads() / config.keyValueHeads();
    int rows = queryRows(config.headSize());
    int unit = 1;
    while (unit * group % rows != 0) {
      unit++;
    }
    return unit;
  }

  /** How many tokens of a sequence look at once, of a prompt with more. */
  private static int queriesAtOnce(Config config) {
    int unit = queryUnit(config);
    return Math.max(1, MOST_QUERIES / unit) * unit;
  }

  /** How many rows a kernel's linear layers take at once. */
  static int rows(LinearKernel kernel) {
    return kernel.isForGpu() ? Integer.MAX_VALUE : MOST_ROWS;
  }

  /** The whole text, for a model's design and a kernel. */
  static String text(Config config, LinearKernel kernel) {
    DesignScript design = new DesignScript(config, kernel);
    return design.functions()
        + design
            .fill(FUNCTIONS + (kernel.isForGpu() ? FusedAttention.FUNCTIONS : ""))
            .replace("QUERIES", String.valueOf(queriesAtOnce(config)))
            .replace("BLOCK", String.valueOf(KvCache.BLOCK))
            .replace("ROWS", String.valueOf(rows(kernel)))
            .replace("MANY", String.valueOf(rows(kernel) - 1))
            .replace("RUN", String.valueOf(StepPlan.RUN))
            .replace("Cache", CACHE);
  }
}
