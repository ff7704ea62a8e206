package llmthreads.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** One architecture's layers as NDArray operations. */
interface NdArrayDecoder {
  /**
   * Reads some tokens more of each sequence.
   *
   * @param ids {@code [rows, tokens]}
   * @return logits behind each row's last, {@code [rows, vocabulary]}
   */
  NDArray logits(NDArray ids, NdArrayCache cache);

  /** Weights by their published names; null where there is none. */
  @FunctionalInterface
  interface Source {
    /** One array. */
    NDArray get(String name);
  }

  /** From {@code [rows, tokens, heads · size]} to {@code [rows, heads, tokens, size]}. */
  static NDArray heads(NDArray x, long size) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), shape.get(2) / size, size).transpose(0, 2, 1, 3);
  }

  /** The last token of each row, {@code [rows, columns]}. */
  static NDArray last(NDArray x) {
    return x.get(":, -1");
  }
}
