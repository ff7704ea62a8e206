package llmthreads.model;

import llmthreads.script.ElementType;
import llmthreads.script.Tensor;

/**
 * Room for keys and values of the tokens seen so far, in pages; whose page is which, a {@link Step}
 * says.
 *
 * <p>Values are {@code [layers, pages, keyValueHeads, pageSize, headSize]}, keys {@code [layers,
 * pages, keyValueHeads, headSize, pageSize]}, so that both products of attention read the rows of a
 * matrix as they lie, and pages next to each other are read as one. One worker writes it at a time.
 * Who makes it closes it.
 */
public final class KvCache implements AutoCloseable {
  /**
   * Attention looks at positions in blocks of this many, so that its loops have the same shape for
   * every length.
   */
  public static final int BLOCK = 32;

  private final Paging paging;
  private final Tensor keys;
  private final Tensor values;
  private final long bytes;

  /** An empty cache for the layers and heads of some weights. */
  public KvCache(Config config, Weights weights, Paging paging) {
    this.paging = paging;
    int layers = weights.range().count();
    int heads = weights.shard().keyValueHeads(config).count();
    int size = config.headSize();
    ElementType type = weights.precision().activations();
    this.keys =
        Tensor.zeros(weights.device(), type, layers, paging.pages(), heads, size, paging.size());
    this.values =
        Tensor.zeros(weights.device(), type, layers, paging.pages(), heads, paging.size(), size);
    this.bytes = 2L * layers * paging.pages() * paging.size() * heads * size * type.bytes();
  }

  /**
   * A cache with enough pages for so many sequences.
   *
   * @param sequences at once
   * @param positions that each may have
   */
  public KvCache(Config config, Weights weights, int sequences, int positions) {
    this(config, weights, Paging.of(sequences, positions));
  }

  /** How it is divided. */
  public Paging paging() {
    return paging;
  }

  /** Native memory that it takes, in bytes. */
  public long bytes() {
    return bytes;
  }

  Tensor keys() {
    return keys;
  }

  Tensor values() {
    return values;
  }

  /** Gives the native memory back. */
  @Override
  public void close() {
    keys.close();
    values.close();
  }
}
