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
