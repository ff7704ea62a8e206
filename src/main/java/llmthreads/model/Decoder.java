package llmthreads.model;

import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * A decoder, whole or a stage of one: one native call for all its layers.
 *
 * <p>It keeps no state of its own: any number of workers open runners on it, each with a {@link
 * KvCache} of its own, and share the weights. A sequence's logits are the same bits whatever rows
 * are beside it, whatever their lengths, and whether its tokens came in one step or in several; see
 * {@link LinearKernel}. Who makes it closes it; the weights are not closed with it.
 */
public final class Decoder implements StepRunner.Source, AutoCloseable {
  private final Config config;
  private final Weights weights;
  private final Script script;
  private final Tensor nothing = Tensor.zeros(ElementType.F32, 0);

  /** A decoder over loaded weights. */
  public Decoder(Config config, Weights weights) {
    this.config = config;
    this.weights = weights;
    this.script = Script.compile("decoder", DecoderScript.text(config, weights.kernel()));
  }

  /** Its shape. */
  public Config config() {
    return config;
  }

  /** Its numbers. */
  public Weights weights() {
    return weights;
  }

  @Override
  public StepRunner open(Paging paging) {
    return new Runner(cache(paging));
  }

  /**
   * How much each token of a text looks at each before it, in every layer and head: the weights by
   * which attention takes the mean of their values. They are computed as a run computes them, and
   * are the same bits. Call it from a platform thread; any number of threads may.
   *
   * @throws IllegalStateException when it is a stage that does not begin with the first layer
   * @throws IllegalArgumentException when the tokens do not fit the model
   */
  public AttentionMaps attentionMaps(int... tokens) {
    if (weights.range().from() > 0) {
      throw new IllegalStateException(
          "Attention maps begin with tokens, but this stage begins with layer %d: ask a decoder of the whole model"
              .formatted(weights.range().from()));
    }
    Paging paging = Paging.of(1, tokens.length);
    Step step = Step.alone(paging, new int[][] {tokens}, 0);
    StepPlan plan = StepPlan.of(config, weights.range(), paging, config.heads(), step);
    try (KvCache cache = cache(paging);
        Tensor maps =
            script.call(
                "maps",
                plan.lists(),
                weights.layers(),
                weights.ends(),
                cache.keys(),
                cache.values(),
                plan.runs(),
                plan.numbers())) {
      return AttentionMaps.of(maps, tokens.length);
    }
  }

  /** An empty cache for its layers. */
  KvCache cache(Paging paging) {
    return new KvCache(config, weights, paging);
  }

  /** As {@link StepRunner#forward(Step)}, on a cache. */
  Tensor forward(KvCache cache, Step step) {
    return run(cache, step, nothing);
  }

  private Tensor run(KvCache cache, Step step, Tensor hidden) {
    StepPlan plan = StepPlan.of(config, weights.range(), cache.paging(), config.heads(), step);
    return script.call(
        "forward",
        plan.lists(),
        hidden,
        weights.layers(),
        weights.ends(),
        cache.keys(),
        cache.values(),
        plan.runs(),
        plan.numbers());
  }

  @Override
  public void close() {
    script.close();
    nothing.close();
  }

  private final class Runner implements StepRunner {
    private final KvCache cache;

    Runner(KvCache cache) {
      this.cache = cache;
    }

    @Override
    public Tensor forward(Step step) {
      return Decoder.this.forward(cache, step);
    }

    @Override
    public Tensor forward(Step step, Tensor hidden) {
      return run(cache, step, hidden);
    }

    @Override
    public long hiddenBytes(Step step) {
      return StepPlan.hiddenBytes(config, weights.precision(), step);
    }

    @Override
    public void close() {
      cache.close();
    }
  }
}
