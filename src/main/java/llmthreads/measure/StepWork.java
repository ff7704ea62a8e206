package llmthreads.measure;

import java.util.List;
import llmthreads.model.Config;
import llmthreads.model.Precision;

/**
 * What a step of a model has to compute and to read at least: each weight and each cached key and
 * value once. Activations are left out, since caches hold them.
 *
 * @param flops floating-point operations
 * @param bytes read from memory
 */
public record StepWork(double flops, double bytes) {
  /**
   * The work of one step.
   *
   * <p>A linear layer multiplies and adds once for each weight and token, 2 operations. Attention
   * does so for each number of a query head with a key and with a value of each position that the
   * token sees, 4 operations. Logits are computed behind the last token of a sequence only.
   *
   * @param precision of weights and cache
   * @param sequences in the batch
   * @param tokens of each sequence in this step: 1 to decode, a prompt's to prefill
   * @param past tokens of each sequence in the cache before
   */
  public static StepWork of(
      Config config, Precision precision, int sequences, int tokens, int past) {
    List<Product> products = Product.of(config, (long) sequences * tokens, sequences);
    double seen = (double) sequences * tokens * (past + (tokens + 1) / 2.0);
    double attention = 4.0 * config.layers() * config.queryWidth() * seen;
    double cached = (double) sequences * (past + tokens);
    double cache =
        2.0 * config.layers() * config.keyValueWidth() * cached * precision.activations().bytes();
    Product head = products.getLast();
    double weights =
        products.stream()
            .mapToDouble(each -> each.weightBytes(each == head ? precision.head() : precision))
            .sum();
    return new StepWork(
        attention + products.stream().mapToDouble(Product::flops).sum(), cache + weights);
  }

  /** Operations for each byte read. */
  public double intensity() {
    return flops / bytes;
  }
}
