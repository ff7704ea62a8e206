package llmthreads.model;

/** Orders of computing a step of sequences of one length, each with a cache that is one piece. */
enum CacheOrder {
  /** As the decoder does it. */
  CANONICAL("a whole cache for each sequence", ""),

  /** PyTorch's fused operator, on as many positions as there are. */
  FUSED("the fused operator, rows all at once", "torch.ge(T, 1)"),

  /** Products where there is one query row, on as many positions as there are. */
  PRODUCTS("products without padding, rows all at once", "torch.gt(T, 1)");

  private static final String ATTENTION =
      """
      def unpadded(self, q: Tensor, layer: int, cache: Cache, n: List[int]) -> Tensor:
        B, T, R, L, P, page, offset, H, first, last = n
        new_keys, new_values, keys, values = cache
        _0, J, _1, S = torch.size(new_values[layer])
        end = torch.add(offset, T)
        k = torch.slice(torch.view(keys[0][layer], [B, J, -1, S]), 2, 0, end)
        v = torch.slice(torch.view(values[0][layer], [B, J, -1, S]), 2, 0, end)
        if <fused>:
          y = torch.scaled_dot_product_attention(q, k, v, None, 0., torch.gt(T, 1), scale=1.)
        else:
          y = torch.matmul(torch.softmax(torch.matmul(q, torch.transpose(k, 2, 3)), -1), v)
        return torch.reshape(torch.transpose(y, 1, 2), [torch.mul(B, T), -1])

      """;

  private final String label;
  private final String fused;

  CacheOrder(String label, String fused) {
    this.label = label;
    this.fused = fused;
  }

  /** In words. */
  String label() {
    return label;
  }

  /** Whether a key's numbers lie next to each other, and not those of one place in all keys. */
  boolean keysAreRows() {
    return this != CANONICAL;
  }

  /** The decoder's script in this order. */
  String script(String canonical) {
    if (this == CANONICAL) {
      return canonical;
    }
    String rows = "torch.size(x, 0), " + DecoderScript.MOST_ROWS;
    return ATTENTION.replace("<fused>", fused).replace("Cache", DecoderScript.CACHE)
        + replaced(
            canonical,
            "torch.le(" + rows + ")",
            "torch.ge(torch.size(x, 0), 1)",
            "self.looked(q, layer, cache, step, runs, n)",
            "self.unpadded(q, layer, cache, n)",
            "torch.transpose(torch.slice(torch.slice(K, 1, page, behind), 4, offset, to), 3, 4)",
            "torch.slice(torch.slice(K, 1, page, behind), 3, offset, to)",
            "self.seen(K, 4, L, runs)",
            "self.seen(K, 3, L, runs)",
            "torch.size(K, 3), n)",
            "torch.size(K, 4), n)");
  }

  private static String replaced(String text, String... pairs) {
    String changed = text;
    for (int i = 0; i < pairs.length; i += 2) {
      if (!changed.contains(pairs[i])) {
        throw new IllegalStateException("The decoder's script has no '" + pairs[i] + "' any more");
      }
      changed = changed.replace(pairs[i], pairs[i + 1]);
    }
    return changed;
  }
}
