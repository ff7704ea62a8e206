package llmthreads.model;

import java.util.List;
import java.util.Optional;
import llmthreads.device.Device;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/** Steps of a sharded decoder: what both forms have in common. */
abstract sealed class ShardedRunner implements StepRunner permits GatheredRunner, ReducedRunner {
  private final Config config;
  private final Script script;
  private final List<ShardSide> sides;
  private final Peers peers;

  ShardedRunner(Config config, Script script, List<ShardSide> sides, Peers peers) {
    if (peers.count() != sides.size()) {
      throw new IllegalArgumentException(
          "%d shards need as many workers, not %d".formatted(sides.size(), peers.count()));
    }
    this.config = config;
    this.script = script;
    this.sides = sides;
    this.peers = peers;
  }

  /** Makes what the workers share for a step of so many rows. */
  abstract void prepare(int rows);

  /**
   * One worker's part of a step.
   *
   * @param hidden what the stage before gave; none in the first
   * @param out logits, or what goes to the next stage, to be filled by all
   */
  abstract void compute(int rank, StepPlan plan, Optional<Tensor> hidden, Tensor out);

  @Override
  public Tensor forward(Step step) {
    return forward(step, Optional.empty());
  }

  @Override
  public Tensor forward(Step step, Tensor hidden) {
    return forward(step, Optional.of(hidden));
  }

  private Tensor forward(Step step, Optional<Tensor> hidden) {
    Paging paging = sides.getFirst().cache().paging();
    StepPlan plan = StepPlan.of(config, range(), paging, config.heads(), step);
    prepare(plan.rows());
    int rows = isLast() ? plan.picks() : plan.rows();
    int columns = isLast() ? config.vocabularySize() : config.hiddenSize();
    Tensor out = Tensor.zeros(device(), precision().activations(), rows, columns);
    try {
      peers.together(
          rank -> {
            ShardSide side = sides.get(rank);
            try {
              side.begin(script, plan);
              compute(rank, plan, hidden, out);
            } finally {
              side.end();
            }
          });
      return out;
    } catch (RuntimeException | Error e) {
      out.close();
      throw e;
    }
  }

  @Override
  public long hiddenBytes(Step step) {
    return StepPlan.hiddenBytes(config, precision(), step);
  }

  @Override
  public void close() {
    sides.forEach(ShardSide::close);
  }

  final Config config() {
    return config;
  }

  final ShardSide side(int rank) {
    return sides.get(rank);
  }

  final int shards() {
    return sides.size();
  }

  final Peers peers() {
    return peers;
  }

  final Precision precision() {
    return sides.getFirst().weights().precision();
  }

  final Device device() {
    return sides.getFirst().weights().device();
  }

  final int layers() {
    return range().count();
  }

  final boolean isFirst() {
    return range().from() == 0;
  }

  final boolean isLast() {
    return range().to() == config.layers();
  }

  final void call(String function, Object... arguments) {
    script.callLong(function, arguments);
  }

  final Script script() {
    return script;
  }

  private LayerRange range() {
    return sides.getFirst().weights().range();
  }
}
