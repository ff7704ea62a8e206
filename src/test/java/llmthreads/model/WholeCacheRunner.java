package llmthreads.model;

import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/** Steps of sequences of one length on a cache without pages, in one of the orders. */
final class WholeCacheRunner implements StepRunner {
  /** Places among the numbers of a {@link StepPlan}. */
  private static final int PAGE = 5;

  private static final int OFFSET = 6;

  private final LanguageModel model;
  private final Weights weights;
  private final Paging paging;
  private final Script script;
  private final Tensor nothing = Tensor.zeros(ElementType.F32, 0);
  private final Tensor keys;
  private final Tensor values;

  /** Room for so many sequences, each of as many positions as they have pages for. */
  WholeCacheRunner(LanguageModel model, CacheOrder order, Paging paging, int sequences) {
    this.model = model;
    this.paging = paging;
    Config config = model.config();
    weights = model.weights();
    String canonical = DecoderScript.text(config, weights.kernel());
    script = Script.compile(order.label(), order.script(canonical));
    ElementType type = weights.precision().activations();
    int room = paging.pages() / sequences * paging.size();
    int heads = config.keyValueHeads();
    int size = config.headSize();
    values = Tensor.zeros(type, config.layers(), sequences, heads, room, size);
    keys =
        order.keysAreRows()
            ? Tensor.zeros(type, config.layers(), sequences, heads, room, size)
            : Tensor.zeros(type, config.layers(), sequences, heads, size, room);
  }

  @Override
  public Tensor forward(Step step) {
    return forward(step, nothing);
  }

  @Override
  public Tensor forward(Step step, Tensor hidden) {
    Config config = model.config();
    StepPlan plan = StepPlan.of(config, weights.range(), paging, config.heads(), step);
    long[] numbers = plan.numbers().clone();
    numbers[PAGE] = 0;
    numbers[OFFSET] = step.starts()[0];
    long[] all = {0, 0, step.rows(), 0, step.rows()};
    return script.call(
        "forward",
        plan.lists(),
        hidden,
        weights.layers(),
        weights.ends(),
        keys,
        values,
        all,
        numbers);
  }

  @Override
  public long hiddenBytes(Step step) {
    return StepPlan.hiddenBytes(model.config(), weights.precision(), step);
  }

  @Override
  public void close() {
    script.close();
    nothing.close();
    keys.close();
    values.close();
  }
}
