package llmthreads.model;

import java.util.ArrayList;
import java.util.List;
import llmthreads.script.Script;

/**
 * A decoder, or a stage of one, cut by feature map into shards that are computed at the same time.
 * Like {@link Decoder} it keeps no state; who makes it closes it, and the weights are not closed
 * with it.
 */
public final class ShardedDecoder implements AutoCloseable {
  private final Config config;
  private final List<Weights> shards;
  private final Script script;

  /**
   * A decoder over the weights of all its shards, in order.
   *
   * @throws IllegalArgumentException when they are not all shards of one cut of the same layers
   */
  public ShardedDecoder(Config config, List<Weights> shards) {
    this.config = config;
    this.shards = List.copyOf(shards);
    for (int i = 0; i < shards.size(); i++) {
      Shard wanted = new Shard(i, shards.size(), shards.getFirst().shard().form());
      if (!shards.get(i).shard().equals(wanted)
          || !shards.get(i).range().equals(shards.getFirst().range())) {
        throw new IllegalArgumentException(
            "Here belongs %s of %s, not %s of %s"
                .formatted(
                    wanted,
                    shards.getFirst().range(),
                    shards.get(i).shard(),
                    shards.get(i).range()));
      }
    }
    this.script =
        Script.compile("sharded decoder", ShardScript.text(config, shards.getFirst().kernel()));
  }

  /** Its shards' numbers. */
  public List<Weights> shards() {
    return shards;
  }

  /** A runner whose steps the peers compute together; its caller is the worker of rank 0. */
  public StepRunner open(Paging paging, Peers peers) {
    List<ShardSide> sides = new ArrayList<>();
    for (Weights weights : shards) {
      sides.add(new ShardSide(config, weights, new KvCache(config, weights, paging)));
    }
    return switch (shards.getFirst().shard().form()) {
      case GATHERED -> new GatheredRunner(config, script, sides, peers);
      case REDUCED -> new ReducedRunner(config, script, sides, peers);
    };
  }

  @Override
  public void close() {
    script.close();
  }
}
