package llmthreads.model;

import java.util.Arrays;
import java.util.List;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import llmthreads.script.TensorList;

/**
 * What one shard's worker has to itself: weights, a cache, its columns, and what it prepared for
 * the step in hand. Used by that worker only.
 */
final class ShardSide implements AutoCloseable {
  /** Places of what is prepared. */
  private static final int TOKENS = 0;

  private static final int POSITIONS = 1;

  private static final int PICKS = 2;

  private final Config config;
  private final Weights weights;
  private final KvCache cache;
  private StepPlan plan;
  private TensorList prepared;

  ShardSide(Config config, Weights weights, KvCache cache) {
    this.config = config;
    this.weights = weights;
    this.cache = cache;
  }

  Weights weights() {
    return weights;
  }

  KvCache cache() {
    return cache;
  }

  Shard.Range queries() {
    return weights.shard().queryColumns(config);
  }

  Shard.Range hidden() {
    return weights.shard().columns(config.hiddenSize());
  }

  Shard.Range wide() {
    return weights.shard().columns(config.feedForwardSize());
  }

  Shard.Range vocabulary() {
    return weights.shard().columns(config.vocabularySize());
  }

  /** Lays the step out for all layers; {@link #end} gives that back. */
  void begin(Script script, StepPlan whole) {
    int group = config.heads() / config.keyValueHeads();
    plan = whole.withHeads(weights.shard().keyValueHeads(config).count() * group);
    List<Tensor> made =
        script.callList("prepare", plan.lists(), weights.ends(), config.headSize(), plan.numbers());
    prepared = new TensorList(made);
  }

  void end() {
    if (prepared != null) {
      prepared.close();
      prepared.tensors().forEach(Tensor::close);
      prepared = null;
    }
  }

  /** Writes the embedding of the tokens that are this shard's. */
  void embed(Script script, Tensor into) {
    List<Tensor> step = prepared.tensors();
    script.callLong(
        "own_tokens",
        into,
        step.get(TOKENS),
        step.get(POSITIONS),
        weights.ends(),
        vocabulary().from());
  }

  /** How many of the step's tokens are this shard's. */
  long ownTokens() {
    long count = 0;
    for (int i = 0; i < plan.rows(); i++) {
      long token = plan.lists()[i];
      count += token >= vocabulary().from() && token < vocabulary().to() ? 1 : 0;
    }
    return count;
  }

  /** Attention of this shard's heads: what all functions for it take from the layer on. */
  Object[] attention(Object... before) {
    Object[] behind = {
      weights.layers(),
      weights.ends(),
      cache.keys(),
      cache.values(),
      prepared,
      plan.runs(),
      plan.numbers()
    };
    Object[] all = Arrays.copyOf(before, before.length + behind.length);
    System.arraycopy(behind, 0, all, before.length, behind.length);
    return all;
  }

  /** Writes the logits of this shard's tokens. */
  void logits(Script script, Tensor into, Tensor x) {
    Tensor picks = prepared.tensors().get(PICKS);
    script.callLong("gather_logits", into, vocabulary().from(), x, weights.ends(), picks);
  }

  @Override
  public void close() {
    end();
    cache.close();
  }
}
