package llmthreads.train;

/**
 * What decides a training run, besides the shape of the model.
 *
 * @param seed of parameters and examples
 * @param steps in all
 * @param warmup steps in which the learning rate climbs to its peak
 * @param cooldown last steps, in which it falls to zero
 * @param peakRate learning rate in between
 * @param decay of weights, relative to the learning rate (AdamW, Loshchilov and Hutter 2019)
 * @param clip largest norm of a step's gradient
 * @param deviation standard deviation of the weights at the beginning; those that write into the
 *     residual stream get less, by the number of layers
 * @param examples in a step
 * @param shards into which a step's examples are cut
 */
public record TrainingPlan(
    long seed,
    long steps,
    long warmup,
    long cooldown,
    double peakRate,
    double decay,
    double clip,
    double deviation,
    int examples,
    int shards) {
  /** The learning rate of a step, counted from zero. */
  double rate(long step) {
    double climb = Math.min(1, (step + 1.0) / warmup);
    double fall = Math.min(1, (steps - step) / (double) cooldown);
    return peakRate * Math.min(climb, Math.max(0, fall));
  }
}
