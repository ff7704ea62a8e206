package llmthreads.generate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.LinearKernel;
import llmthreads.model.Paging;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.script.EngineProfile;
import llmthreads.script.Tensor;

/**
 * Time of a decode step and of a prefill, of a random LLaMA-style model with the multiply-adds of
 * GPT-2-124M: 12 layers, width 768, 12 heads, feed-forward 2048 (three matrices, which together are
 * as large as GPT-2's two), vocabulary 50,257.
 *
 * <p>A step takes one token of each sequence and ends with the likeliest next one. Sequences begin
 * empty; the first 5 steps are not counted. Printed, in ms: the mean step of the best of 3 runs,
 * the median of all steps and the greatest of their fastest tenth, which a busy machine changes
 * least; and tokens/s of the best run.
 *
 * <pre>mvn -q -pl src -am -Pbench test -DskipTests</pre>
 *
 * <p>{@code -Drun.args="f32 1,16,64"} chooses precisions and batches; a third word names a file for
 * a Chrome trace of every operator.
 */
public final class DecodeBenchmark {
  private static final Config CONFIG =
      new Config(50_257, 768, 12, 12, 12, 64, 2048, 1024, 1e-5, 10_000, true, -1, List.of());
  private static final int PROMPT = 512;
  private static final boolean CPU = Boolean.getBoolean("bench.cpu");

  private final LanguageModel model;
  private final String label;

  private DecodeBenchmark(LanguageModel model, String label) {
    this.model = model;
    this.label = label;
  }

  /** Runs what the arguments name: precisions, batches, profile. */
  public static void main(String... args) {
    String precisions = args.length > 0 ? args[0] : "f32,bf16,int8,int4";
    int[] batches =
        Arrays.stream((args.length > 1 ? args[1] : "1,4,16,64").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    int intraOp = Integer.getInteger("bench.threads", (int) Device.cpu().cores());
    try (EngineThreads threads = new EngineThreads("bench", 1, intraOp)) {
      for (String name : precisions.split(",")) {
        Precision precision = Precision.valueOf(name.toUpperCase(Locale.ROOT));
        if (!LinearKernel.has(precision)) {
          System.out.println(name + ": left out, this machine has no kernel for it");
          continue;
        }
        threads.run(
            new Cancellation(),
            () -> {
              try (LanguageModel model = LanguageModel.of(CONFIG, new RandomWeights(1), precision);
                  EngineProfile profile = args.length > 2 ? new EngineProfile(args[2]) : null) {
                new DecodeBenchmark(model, name + " " + LinearKernel.best(precision)).run(batches);
              }
              return null;
            });
      }
    }
  }

  private void run(int... batches) {
    for (int batch : batches) {
      if (batch == 0) {
        continue;
      }
      decode(batch, batch > 16 ? 30 : 60);
    }
    if (batches[batches.length - 1] != 0) {
      prefill();
    }
  }

  private void decode(int batch, int steps) {
    double[][] times = new double[3][steps];
    for (double[] run : times) {
      Paging paging = Paging.of(batch, steps + 5);
      try (StepRunner runner = model.decoder().open(paging)) {
        int[][] tokens = new int[batch][1];
        int[] starts = new int[batch];
        for (int step = 0; step < steps + 5; step++) {
          long began = now();
          Arrays.fill(starts, step);
          long[] next = forward(runner, Step.alone(paging, tokens, starts));
          for (int row = 0; row < batch; row++) {
            tokens[row][0] = (int) next[row];
          }
          if (step >= 5) {
            run[step - 5] = (now() - began) / 1e6;
          }
        }
      }
    }
    report("decode, batch " + batch, batch, times);
  }

  private void prefill() {
    double[][] times = new double[5][1];
    int[] prompt = new int[PROMPT];
    Arrays.setAll(prompt, i -> i * 97 % CONFIG.vocabularySize());
    for (double[] run : times) {
      Paging paging = Paging.of(1, PROMPT);
      try (StepRunner runner = model.decoder().open(paging)) {
        long began = now();
        forward(runner, Step.alone(paging, new int[][] {prompt}, 0));
        run[0] = (now() - began) / 1e6;
      }
    }
    report("prefill " + PROMPT, PROMPT, times);
  }

  private long[] forward(StepRunner runner, Step step) {
    try (Tensor logits = runner.forward(step)) {
      return model.scores().greedy(logits);
    }
  }

  private static long now() {
    return CPU
        ? java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private void report(String what, int tokens, double[]... runs) {
    double best = Arrays.stream(runs).mapToDouble(DecodeBenchmark::mean).min().orElseThrow();
    double[] steps = Arrays.stream(runs).flatMapToDouble(Arrays::stream).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s %-16s best run %7.2f ms  median %7.2f ms  fastest tenth %7.2f ms  %6.0f tokens/s%n",
        label,
        what,
        best,
        steps[steps.length / 2],
        steps[steps.length / 10],
        tokens / best * 1e3);
  }

  private static double mean(double... times) {
    return Arrays.stream(times).average().orElseThrow();
  }
}
