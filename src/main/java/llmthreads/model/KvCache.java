package llmthreads.model;

import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * Keys and values of the tokens seen so far, for a fixed number of sequences (slots).
 *
 * <p>Values are {@code [layers, slots, keyValueHeads, capacity, headSize]}, keys {@code [layers,
 * slots, keyValueHeads, headSize, capacity]}, so that both products of attention read the rows of a
 * matrix as they lie. One worker writes it at a time. Who makes it closes it.
 */
public final class KvCache implements AutoCloseable {
  /**
   * Attention looks at positions in blocks of this many, so that its loops have the same shape for
   * every length.
   */
  public static final int BLOCK = 32;

  private final int slots;
  private final int capacity;
  private final Tensor keys;
  private final Tensor values;
  private final long bytes;

  /**
   * An empty cache for the layers and heads of some weights.
   *
   * @param slots sequences that it holds at once
   * @param tokens the most positions that a sequence will have; rounded up to whole blocks
   */
  public KvCache(Config config, Weights weights, int slots, int tokens) {
    if (slots < 1) {
      throw new IllegalArgumentException("A cache holds at least 1 sequence, not " + slots);
    }
    this.slots = slots;
    this.capacity = Math.ceilDiv(tokens, BLOCK) * BLOCK;
    int layers = weights.range().count();
    int heads = weights.shard().keyValueHeads(config).count();
    int size = config.headSize();
    ElementType type = weights.precision().type();
    this.keys = Tensor.zeros(type, layers, slots, heads, size, capacity);
    this.values = Tensor.zeros(type, layers, slots, heads, capacity, size);
    this.bytes = 2L * layers * slots * capacity * heads * size * type.bytes();
  }

  /** The first {@code length} positions of one slot go over those of another. */
  public record Move(int source, int target, int length) {}

  /** Sequences that it holds at once. */
  public int slots() {
    return slots;
  }

  /** Positions that each sequence may have. */
  public int capacity() {
    return capacity;
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

  /** Copies a sequence from one slot to another, by the function of the decoder's script. */
  void move(Script script, Move move) {
    script.call("move", keys, values, move.source, move.target, move.length).close();
  }

  /** Gives the native memory back. */
  @Override
  public void close() {
    keys.close();
    values.close();
  }
}
