package llmthreads.model;

import java.util.ArrayList;
import java.util.List;
import llmthreads.script.Tensor;
import llmthreads.script.TensorList;

/**
 * Keys and values of the tokens seen so far, for a fixed number of sequences (slots).
 *
 * <p>One tensor of each kind per layer: values {@code [slots, keyValueHeads, capacity, headSize]},
 * keys {@code [slots, keyValueHeads, headSize, capacity]}, so that both products of attention read
 * the rows of a matrix as they lie. One worker writes it at a time. Who makes it closes it.
 */
public final class KvCache implements AutoCloseable {
  /**
   * Attention looks at positions in blocks of this many, so that its loops have the same shape for
   * every length.
   */
  public static final int BLOCK = 32;

  private final int slots;
  private final int capacity;
  private final TensorList keys;
  private final TensorList values;
  private final long bytes;

  /**
   * An empty cache.
   *
   * @param slots sequences that it holds at once
   * @param tokens the most positions that a sequence will have; rounded up to whole blocks
   */
  public KvCache(Config config, Precision precision, LayerRange range, int slots, int tokens) {
    if (slots < 1) {
      throw new IllegalArgumentException("A cache holds at least 1 sequence, not " + slots);
    }
    this.slots = slots;
    this.capacity = Math.ceilDiv(tokens, BLOCK) * BLOCK;
    this.keys = zeros(precision, range, slots, config.keyValueHeads(), config.headSize(), capacity);
    this.values =
        zeros(precision, range, slots, config.keyValueHeads(), capacity, config.headSize());
    this.bytes =
        2L * range.count() * slots * capacity * config.keyValueWidth() * precision.type().bytes();
  }

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

  TensorList keys() {
    return keys;
  }

  TensorList values() {
    return values;
  }

  private static TensorList zeros(Precision precision, LayerRange range, long... shape) {
    List<Tensor> tensors = new ArrayList<>();
    for (int layer = 0; layer < range.count(); layer++) {
      tensors.add(Tensor.zeros(precision.type(), shape));
    }
    return new TensorList(tensors);
  }

  /** Gives the native memory back. */
  @Override
  public void close() {
    for (TensorList list : List.of(keys, values)) {
      list.close();
      list.tensors().forEach(Tensor::close);
    }
  }
}
