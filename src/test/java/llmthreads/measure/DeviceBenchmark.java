package llmthreads.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.device.Processor;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.LinearKernel;
import llmthreads.model.Paging;
import llmthreads.model.Precision;
import llmthreads.model.PublishedShape;
import llmthreads.model.RandomWeights;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.script.Devices;
import llmthreads.script.Tensor;

/**
 * What the first GPU, or else the processor, reaches of what its memory allows: greedy decoding of
 * a random model in a published shape. Sequences begin empty and get {@value #STEPS} tokens after
 * {@value #WARM_UP} that do not count.
 *
 * <p>{@code -Drun.args="tiny-gpt2-124m f32,bf16 1,16"} chooses another model, precisions and
 * batches.
 */
public final class DeviceBenchmark {
  private static final int WARM_UP = 16;
  private static final int STEPS = 64;

  private DeviceBenchmark() {}

  /**
   * A line of the table.
   *
   * @param bytes that a step reads at least
   * @param memory the most that was taken until then, in bytes
   */
  private record Row(String kernel, int batch, Timing steps, double bytes, long memory) {
    /** With the bandwidth of a copy, in bytes/s. */
    void print(double copied) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %.0f | %.3f (%.3f–%.3f) | %.0f %% | %.2f GB |%n",
          kernel,
          batch,
          steps.perSecond(batch),
          steps.medianMs(),
          steps.quantileMs(0.1),
          steps.quantileMs(0.9),
          100 * bytes / (steps.medianMs() / 1e3) / copied,
          memory / 1e9);
    }
  }

  /** Runs what the arguments name: model, precisions, batches. */
  public static void main(String... args) {
    PublishedShape shape = PublishedShape.named(args[0]);
    List<Precision> precisions =
        Arrays.stream(args[1].toUpperCase(Locale.ROOT).split(",")).map(Precision::valueOf).toList();
    int[] batches =
        Arrays.stream(args[2].split(",")).mapToInt(Integer::parseInt).sorted().toArray();
    try (EngineThreads threads = new EngineThreads("bench", 1, (int) Device.cpu().cores())) {
      threads.run(
          new Cancellation(),
          () -> {
            run(shape, precisions, batches);
            return null;
          });
    }
  }

  private static void run(PublishedShape shape, List<Precision> precisions, int... batches) {
    Device device = Devices.preferred();
    System.out.println(Environment.read().withDevices(List.of(device)).withSeed(1));
    List<Row> rows = new ArrayList<>();
    for (Precision precision : precisions) {
      rows.addAll(rows(shape.config(), precision, device, batches));
    }
    double copied = DeviceMemory.copiedBytesPerSecond(device);
    System.out.printf(
        Locale.ROOT,
        "%n%s on %s (%s): a copy reads and writes %.1f GB/s%n%n",
        shape.label(),
        device,
        device.isGpu() ? CudaDriver.name() : Processor.here().name(),
        copied / 1e9);
    System.out.println(
        "| products | batch | tokens/s | ms a step | of bandwidth | memory so far |");
    System.out.println("|---|---:|---:|---:|---:|---:|");
    rows.forEach(row -> row.print(copied));
  }

  private static List<Row> rows(Config config, Precision precision, Device device, int... batches) {
    String kernel = precision + " " + LinearKernel.best(precision, device, config.hiddenSize());
    List<Row> rows = new ArrayList<>();
    try (LanguageModel model = LanguageModel.of(config, new RandomWeights(1), precision, device)) {
      for (int batch : batches) {
        Timing steps = decode(model, batch);
        StepWork work = StepWork.of(config, precision, batch, 1, WARM_UP + STEPS / 2);
        rows.add(new Row(kernel, batch, steps, work.bytes(), DeviceMemory.peakBytes(device)));
      }
    }
    return rows;
  }

  private static Timing decode(LanguageModel model, int batch) {
    Paging paging = Paging.of(batch, WARM_UP + STEPS);
    int[][] tokens = new int[batch][1];
    int[] starts = new int[batch];
    List<Long> steps = new ArrayList<>();
    try (StepRunner runner = model.decoder().open(paging)) {
      for (int step = 0; step < WARM_UP + STEPS; step++) {
        Arrays.fill(starts, step);
        long began = System.nanoTime();
        try (Tensor logits = runner.forward(Step.alone(paging, tokens, starts))) {
          long[] next = model.scores().greedy(logits);
          Arrays.setAll(tokens, row -> new int[] {(int) next[row]});
        }
        steps.add(System.nanoTime() - began);
      }
    }
    return new Timing("batch " + batch, steps.subList(WARM_UP, steps.size()));
  }
}
