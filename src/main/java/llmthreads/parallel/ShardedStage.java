package llmthreads.parallel;

import java.util.ArrayList;
import java.util.List;
import llmthreads.model.Decoder;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Shard;
import llmthreads.model.ShardedDecoder;
import llmthreads.model.StepRunner;
import llmthreads.model.Weights;

/**
 * Some layers of a model, cut among the members of a team. One member alone shares the memory of
 * the model's own weights; several load their shards, and nothing else, from where the model comes
 * from. Who makes it closes it, before the model.
 */
final class ShardedStage implements AutoCloseable {
  private final List<Weights> weights = new ArrayList<>();
  private Decoder whole;
  private ShardedDecoder sharded;

  /**
   * Loads the shards.
   *
   * @throws IllegalArgumentException when the layers cannot be cut among so many
   */
  ShardedStage(LanguageModel model, LayerRange layers, int members, Shard.Form form) {
    List<Shard> shards = Shard.cut(model.config(), members, form);
    try {
      for (Shard shard : shards) {
        weights.add(shard.isWhole() ? model.weights().stage(layers) : model.weights(layers, shard));
      }
      if (members == 1) {
        whole = new Decoder(model.config(), weights.getFirst());
      } else {
        sharded = new ShardedDecoder(model.config(), weights);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** What computes steps of these layers, with the help of a team. */
  StepRunner.Source runners(Team team) {
    return whole != null ? whole : paging -> sharded.open(paging, team);
  }

  /** Memory of each member's weights, in bytes. */
  List<Long> weightBytes() {
    return weights.stream().map(Weights::bytes).toList();
  }

  @Override
  public void close() {
    if (whole != null) {
      whole.close();
    }
    if (sharded != null) {
      sharded.close();
    }
    weights.forEach(Weights::close);
  }
}
