package llmthreads.model;

import java.util.List;
import java.util.Optional;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * Tensor parallelism that gathers: every matrix is cut by its output columns, the workers write
 * their columns into tensors that they share, and meet before the next matrix reads them, four
 * times a layer.
 *
 * <p>Four tensors do for all layers: none is written again before everyone has met twice since it
 * was read.
 */
final class GatheredRunner extends ShardedRunner {
  private int rows;
  private Tensor stream;
  private Tensor heads;
  private Tensor middle;
  private Tensor wide;

  GatheredRunner(Config config, Script script, List<ShardSide> sides, Peers peers) {
    super(config, script, sides, peers);
  }

  @Override
  void prepare(int needed) {
    if (needed != rows) {
      free();
      stream = room(needed, config().hiddenSize());
      heads = room(needed, config().queryWidth());
      middle = room(needed, config().hiddenSize());
      wide = room(needed, config().feedForwardSize());
      rows = needed;
    }
  }

  @Override
  void compute(int rank, StepPlan plan, Optional<Tensor> hidden, Tensor out) {
    ShardSide side = side(rank);
    Weights weights = side.weights();
    Shard.Range columns = side.hidden();
    if (isFirst()) {
      side.embed(script(), stream);
      gather(rank, side.ownTokens(), config().hiddenSize());
    }
    Tensor x = hidden.orElse(stream);
    for (int layer = 0; layer < layers(); layer++) {
      int matrix = layer * weights.layerTensors();
      call("gather_heads", side.attention(heads, side.queries().from(), x, layer));
      gather(rank, rows, side.queries().count());
      sum(columns, middle, heads, x, weights, matrix + 1);
      gather(rank, rows, columns.count());
      call(
          "gather_wide", wide, side.wide().from(), middle, layer, weights.layers(), weights.ends());
      gather(rank, rows, side.wide().count());
      boolean leaves = layer == layers() - 1 && !isLast();
      sum(columns, leaves ? out : stream, wide, middle, weights, matrix + 3);
      gather(rank, rows, columns.count());
      x = stream;
    }
    if (isLast()) {
      side.logits(script(), out, x);
      gather(rank, plan.picks(), side.vocabulary().count());
    }
  }

  /** Own columns of a product and what is added to it. */
  private void sum(
      Shard.Range columns, Tensor into, Tensor x, Tensor residual, Weights weights, int matrix) {
    call(
        "gather_sum", into, columns.from(), columns.count(), x, residual, weights.layers(), matrix);
  }

  private void gather(int rank, long written, long columns) {
    peers().gather(rank, written * columns * precision().activations().bytes());
  }

  private Tensor room(int height, int width) {
    return Tensor.zeros(device(), precision().activations(), height, width);
  }

  private void free() {
    if (rows > 0) {
      List.of(stream, heads, middle, wide).forEach(Tensor::close);
      rows = 0;
    }
  }

  @Override
  public void close() {
    free();
    super.close();
  }
}
