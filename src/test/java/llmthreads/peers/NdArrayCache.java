package llmthreads.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Keys and values of each layer, {@code [rows, heads, positions, headSize]}. */
final class NdArrayCache {
  private final List<NDArray> keys;
  private final List<NDArray> values;

  NdArrayCache(int layers) {
    keys = new ArrayList<>(Collections.nCopies(layers, null));
    values = new ArrayList<>(Collections.nCopies(layers, null));
  }

  /** Positions that were read. */
  long length() {
    return keys.getFirst() == null ? 0 : keys.getFirst().getShape().get(2);
  }

  /** Saves it from the manager of the step before, which will be closed. */
  void moveTo(NDManager manager) {
    for (List<NDArray> arrays : List.of(keys, values)) {
      arrays.stream().filter(array -> array != null).forEach(array -> array.attach(manager));
    }
  }

  /**
   * Adds keys and values and lets queries look at all that there are.
   *
   * @param q queries, {@code [rows, heads, tokens, headSize]}
   * @param k keys, {@code [rows, keyValueHeads, tokens, headSize]}
   * @param v values, shaped like the keys
   * @return {@code [rows, tokens, heads · headSize]}
   */
  NDArray attention(int layer, NDArray q, NDArray k, NDArray v) {
    NDArray allKeys = append(keys, layer, k);
    NDArray allValues = append(values, layer, v);
    long heads = q.getShape().get(1);
    long tokens = q.getShape().get(2);
    long size = q.getShape().get(3);
    long group = heads / allKeys.getShape().get(1);
    if (group > 1) {
      allKeys = allKeys.repeat(1, group);
      allValues = allValues.repeat(1, group);
    }
    NDArray scores = q.matMul(allKeys.transpose(0, 1, 3, 2)).div(Math.sqrt(size));
    if (tokens > 1) {
      scores = scores.add(unseen(q.getManager(), tokens, allKeys.getShape().get(2)));
    }
    return scores
        .softmax(-1)
        .matMul(allValues)
        .transpose(0, 2, 1, 3)
        .reshape(q.getShape().get(0), tokens, heads * size);
  }

  private static NDArray append(List<NDArray> arrays, int layer, NDArray more) {
    NDArray before = arrays.get(layer);
    NDArray all = before == null ? more : NDArrays.concat(new NDList(before, more), 2);
    arrays.set(layer, all);
    return all;
  }

  /** −10⁹ where a token must not look: at those behind it. */
  private static NDArray unseen(NDManager manager, long tokens, long positions) {
    NDArray place = manager.arange((float) positions).reshape(1, positions);
    NDArray own =
        manager.arange((float) (positions - tokens), (float) positions, 1f).reshape(tokens, 1);
    return place.gt(own).toType(DataType.FLOAT32, false).mul(-1e9);
  }
}
