package llmthreads.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.measure.Quantiles;
import llmthreads.script.Tensor;

/**
 * What it costs that a sequence's bits depend on nothing beside it: the decoder as it is, on pages
 * of a cache, beside the same with a whole cache for each sequence, and beside two whose bits may
 * depend on their neighbours: linear layers on all rows at once, and attention by PyTorch's fused
 * operator or by products of as many rows as there are.
 *
 * <p>Printed for each, in ms: the median of a decode step behind {@value #PAST} tokens, or of a
 * prompt of {@value #PROMPT}, the quartiles, and how long the decoder as it is takes in proportion.
 * All are measured in turns.
 *
 * <pre>mvn -q -pl src -am -Pbench-bits test -DskipTests</pre>
 */
public final class BitsCostBenchmark {
  private static final Config CONFIG =
      new Config(50_257, 768, 12, 12, 12, 64, 2048, 1024, 1e-5, 10_000, true, -1, List.of());
  private static final int PAST = 256;
  private static final int PROMPT = 512;
  private static final int ROUNDS = 5;
  private static final int STEPS = 6;

  private final LanguageModel model;

  private BitsCostBenchmark(LanguageModel model) {
    this.model = model;
  }

  /** Measures at the precisions that the arguments name, at batch 1, 16 and 64. */
  public static void main(String... precisions) {
    try (EngineThreads threads = new EngineThreads("bench", 1, (int) Device.cpu().cores())) {
      for (String name : precisions) {
        Precision precision = Precision.valueOf(name.toUpperCase(Locale.ROOT));
        threads.run(
            new Cancellation(),
            () -> {
              try (LanguageModel model =
                  LanguageModel.of(CONFIG, new RandomWeights(1), precision)) {
                new BitsCostBenchmark(model).run();
              }
              return null;
            });
      }
    }
  }

  private void run() {
    for (int batch : List.of(1, 16, 64)) {
      compare("decode, batch " + batch, new int[batch][1], PAST, STEPS);
    }
    int[] prompt = new int[PROMPT];
    Arrays.setAll(prompt, i -> i * 97 % CONFIG.vocabularySize());
    compare("prefill " + PROMPT, new int[][] {prompt}, 0, 1);
  }

  private void compare(String what, int[][] tokens, int start, int steps) {
    System.out.printf("%s, %s%n", model.precision(), what);
    Paging paging = Paging.of(tokens.length, start + tokens[0].length + STEPS);
    List<StepRunner> orders = new ArrayList<>();
    orders.add(model.decoder().open(paging));
    for (CacheOrder order : CacheOrder.values()) {
      orders.add(new WholeCacheRunner(model, order, paging, tokens.length));
    }
    double[][] ms = new double[orders.size()][ROUNDS];
    long[][] last = new long[orders.size()][];
    for (int round = -1; round < ROUNDS; round++) {
      for (int i = 0; i < ms.length; i++) {
        long began = System.nanoTime();
        for (int step = 0; step < steps; step++) {
          last[i] = forward(orders.get(i), paging, tokens, start + step);
        }
        ms[i][Math.max(round, 0)] = (System.nanoTime() - began) / 1e6 / steps;
      }
    }
    orders.forEach(StepRunner::close);
    report("as it is", ms[0], ms[0], last[0], last[0]);
    for (CacheOrder order : CacheOrder.values()) {
      int i = 1 + order.ordinal();
      report(order.label(), ms[0], ms[i], last[0], last[i]);
    }
  }

  private long[] forward(StepRunner runner, Paging paging, int[][] tokens, int start) {
    int[] starts = new int[tokens.length];
    Arrays.fill(starts, start);
    try (Tensor logits = runner.forward(Step.alone(paging, tokens, starts))) {
      return model.scores().greedy(logits);
    }
  }

  private static void report(
      String order, double[] own, double[] ms, long[] expected, long... told) {
    System.out.printf(
        Locale.ROOT,
        "  %-44s %8.2f ms (%.2f to %.2f)  as it is: × %.2f  %s%n",
        order,
        Quantiles.median(ms),
        Quantiles.of(ms, 0.25),
        Quantiles.of(ms, 0.75),
        Quantiles.median(own) / Quantiles.median(ms),
        Arrays.equals(expected, told) ? "the same tokens" : "other tokens");
  }
}
