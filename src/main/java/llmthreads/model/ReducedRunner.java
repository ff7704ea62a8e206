package llmthreads.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * Tensor parallelism that reduces, as GPUs do it: heads and feed-forward columns stay with their
 * worker through two matrices, what comes out is a part of every sum, and two all-reduces a layer
 * add the parts up. Each worker has the whole stream in two arrays of its own, in single precision,
 * which take turns. The worker of rank 0 puts the residual into its part.
 */
final class ReducedRunner extends ShardedRunner {
  private final List<Turns> turns = new ArrayList<>();
  private int rows;

  ReducedRunner(Config config, Script script, List<ShardSide> sides, Peers peers) {
    super(config, script, sides, peers);
    if (device().isGpu()) {
      throw new IllegalArgumentException(
          "Reduced shards add their parts up in the processor's memory, these are on %s: cut the model in the form GATHERED, or load it on the device cpu:0"
              .formatted(device()));
    }
  }

  /** One worker's two arrays, {@code [rows, hiddenSize]}. */
  private record Turns(Arena arena, Half one, Half other) {
    void close() {
      one.tensor.close();
      other.tensor.close();
      arena.close();
    }
  }

  private record Half(MemorySegment memory, Tensor tensor) {
    static Half of(Arena arena, int rows, int columns) {
      MemorySegment memory = arena.allocate(4L * rows * columns, 64);
      Tensor tensor = Tensor.over(memory.asByteBuffer(), ElementType.F32, rows, columns);
      return new Half(memory, tensor);
    }
  }

  @Override
  void prepare(int needed) {
    if (needed != rows) {
      free();
      for (int rank = 0; rank < shards(); rank++) {
        Arena arena = Arena.ofShared();
        int columns = config().hiddenSize();
        turns.add(
            new Turns(arena, Half.of(arena, needed, columns), Half.of(arena, needed, columns)));
      }
      rows = needed;
    }
  }

  @Override
  void compute(int rank, StepPlan plan, Optional<Tensor> hidden, Tensor out) {
    ShardSide side = side(rank);
    Weights weights = side.weights();
    Half stream = turns.get(rank).one;
    Half middle = turns.get(rank).other;
    boolean residual = rank == 0;
    if (isFirst()) {
      call("clear", stream.tensor);
      side.embed(script(), stream.tensor);
      peers().reduce(rank, stream.memory);
    } else {
      call("take", stream.tensor, hidden.orElseThrow());
    }
    for (int layer = 0; layer < layers(); layer++) {
      call("reduce_heads", side.attention(middle.tensor, residual, stream.tensor, layer));
      peers().reduce(rank, middle.memory);
      call(
          "reduce_wide",
          stream.tensor,
          residual,
          middle.tensor,
          layer,
          weights.layers(),
          weights.ends());
      peers().reduce(rank, stream.memory);
    }
    if (isLast()) {
      side.logits(script(), out, stream.tensor);
      int columns = side.vocabulary().count();
      peers().gather(rank, (long) plan.picks() * columns * precision().activations().bytes());
    } else if (rank == 0) {
      call("take", out, stream.tensor);
    }
  }

  private void free() {
    turns.forEach(Turns::close);
    turns.clear();
    rows = 0;
  }

  @Override
  public void close() {
    free();
    super.close();
  }
}
