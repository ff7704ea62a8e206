package llmthreads.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One worker's share of layers that are cut by feature map (tensor parallelism).
 *
 * <p>Attention is cut by heads, a key-value head staying with the query heads that read it, the
 * feed-forward part by columns, embedding and output head by tokens of the vocabulary. Where a cut
 * does not come out even, the shares differ by one head or one block of columns.
 *
 * @param index which one, from 0
 * @param count how many there are
 * @param form how the shares become whole again
 */
public record Shard(int index, int count, Form form) {
  /** The share that is the whole. */
  public static final Shard WHOLE = new Shard(0, 1, Form.GATHERED);

  /**
   * Columns are cut between blocks of this many, and no share has fewer: oneDNN gives a column
   * other bits in a matrix of 16 columns or fewer (seen on AVX2), and vectors of 8 or 16 numbers
   * stay whole.
   */
  static final int BLOCK = 32;

  /** How the shares of a layer become whole again. */
  public enum Form {
    /**
     * Every matrix is cut by its output columns, and what each shard computes is gathered: four
     * times a layer. Each sum is taken whole by one worker, in the order of the serial run, so the
     * answers are its answers to the bit.
     */
    GATHERED,
    /**
     * Every other matrix is cut by its input columns instead, and what each shard computes is a
     * part of every sum: twice a layer the parts are added up, an all-reduce (Megatron-LM, arXiv
     * 1909.08053). Additions come in another order than in the serial run, so results differ from
     * it in the last digits.
     */
    REDUCED
  }

  /** Checks the numbers. */
  public Shard {
    if (count < 1 || index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "There is no shard %d of %d: shards are numbered from 0".formatted(index, count));
    }
  }

  /** Numbers next to each other: heads, columns or tokens from the first to behind the last. */
  record Range(int from, int to) {
    int count() {
      return to - from;
    }
  }

  /**
   * All shares of a model.
   *
   * @throws IllegalArgumentException when there are more than key-value heads or blocks of columns
   */
  public static List<Shard> cut(Config config, int count, Form form) {
    if (count < 1) {
      throw new IllegalArgumentException("A model is cut among at least 1 worker, not " + count);
    }
    refuse(count, config.keyValueHeads(), "key-value heads");
    refuseColumns(count, config.feedForwardSize(), "feed-forward columns");
    refuseColumns(count, config.vocabularySize(), "tokens");
    if (form == Form.GATHERED) {
      refuseColumns(count, config.hiddenSize(), "hidden columns");
    }
    List<Shard> shards = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      shards.add(new Shard(index, count, form));
    }
    return List.copyOf(shards);
  }

  /** Whether it is everything. */
  public boolean isWhole() {
    return count == 1;
  }

  /** This share's columns of so many; the last share has those too that fill no block. */
  Range columns(int size) {
    Range blocks = even(blocks(size));
    return new Range(blocks.from * BLOCK, index == count - 1 ? size : blocks.to * BLOCK);
  }

  /** This share's key-value heads. */
  Range keyValueHeads(Config config) {
    return even(config.keyValueHeads());
  }

  /** This share's columns of all query heads side by side. */
  Range queryColumns(Config config) {
    return heads(config, config.queryWidth() / config.keyValueHeads());
  }

  /** This share's columns of all key heads, or all value heads, side by side. */
  Range keyValueColumns(Config config) {
    return heads(config, config.headSize());
  }

  private Range heads(Config config, int width) {
    Range heads = keyValueHeads(config);
    return new Range(heads.from * width, heads.to * width);
  }

  private Range even(int units) {
    return new Range(
        (int) ((long) units * index / count), (int) ((long) units * (index + 1) / count));
  }

  private static int blocks(int columns) {
    return Math.max(1, columns / BLOCK);
  }

  private static void refuseColumns(int count, int columns, String what) {
    refuse(count, blocks(columns), "blocks of %d %s".formatted(BLOCK, what));
  }

  private static void refuse(int count, int units, String what) {
    if (count > units) {
      throw new IllegalArgumentException(
          "A model with %d %s can be cut among %d workers at most, not %d"
              .formatted(units, what, units, count));
    }
  }
}
