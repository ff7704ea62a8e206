package llmthreads.parallel;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Paging;
import llmthreads.model.Shard;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.script.Tensor;
import llmthreads.trace.Trace;

/**
 * What each layer of a model costs on this machine, measured: where to cut a model into stages is
 * read from it. The embedding counts with the first layer, the head with the last, which it can
 * make dearer than all others together.
 */
public final class LayerCosts {
  private static final int STEPS = 20;

  private LayerCosts() {}

  /**
   * Cuts a model into stages that cost about the same.
   *
   * @throws IllegalArgumentException when there are more stages than layers, or none
   */
  public static List<LayerRange> balanced(LanguageModel model, int stages, int intraOpThreads) {
    double[] alike = new double[model.config().layers()];
    List<LayerRange> any = LayerRange.balanced(alike, stages); // refuses before it measures
    return stages == 1 ? any : LayerRange.balanced(measure(model, 1, intraOpThreads), stages);
  }

  /**
   * Times a decode step of every layer alone: the median of {@value #STEPS}, the first not counted.
   *
   * @param rows sequences in the step
   * @return milliseconds, by layer
   */
  public static double[] measure(LanguageModel model, int rows, int intraOpThreads) {
    return measure(model, singly(model), rows, intraOpThreads, 1, 1);
  }

  /**
   * The same for ranges of layers, while several workers are at work, each on a copy or a shard of
   * the range, so that they share the machine's memory as they will in a run.
   *
   * @param copies of a range that are computed at once
   * @param shards of each copy, a worker for each
   * @return milliseconds, by range, the mean of the copies
   */
  static double[] measure(
      LanguageModel model,
      List<LayerRange> ranges,
      int rows,
      int intraOpThreads,
      int copies,
      int shards) {
    double[] costs = new double[ranges.size()];
    try (EngineThreads threads =
        new EngineThreads("layer-costs", copies * shards, intraOpThreads)) {
      for (int i = 0; i < costs.length; i++) {
        LayerRange range = ranges.get(i);
        try (ShardedStage stage = new ShardedStage(model, range, shards, Shard.Form.GATHERED)) {
          costs[i] = cost(model, stage, range, rows, threads, shards);
        }
      }
    }
    return costs;
  }

  private static List<LayerRange> singly(LanguageModel model) {
    return IntStream.range(0, model.config().layers())
        .mapToObj(layer -> new LayerRange(layer, layer + 1))
        .toList();
  }

  private static double cost(
      LanguageModel model,
      ShardedStage stage,
      LayerRange layer,
      int rows,
      EngineThreads threads,
      int shards) {
    List<Team> teams =
        IntStream.range(0, threads.workers() / shards).mapToObj(copy -> new Team(shards)).toList();
    Cancellation cancellation = new Cancellation();
    List<Double> medians =
        threads.runAll(
            cancellation,
            index -> {
              Team team = teams.get(index / shards);
              Worker worker = new Worker(index % shards, shards, cancellation, Trace.off());
              return team.run(
                  worker, () -> median(model, stage.runners(team), layer, rows), Double.NaN);
            });
    return medians.stream().filter(Double::isFinite).mapToDouble(ms -> ms).average().orElseThrow();
  }

  private static double median(
      LanguageModel model, StepRunner.Source stage, LayerRange layer, int rows) {
    double[] times = new double[STEPS];
    Paging paging = Paging.of(rows, STEPS);
    try (Tensor hidden =
            Tensor.zeros(
                model.device(),
                model.precision().activations(),
                rows,
                model.config().hiddenSize());
        StepRunner runner = stage.open(paging)) {
      for (int position = 0; position < STEPS; position++) {
        int[] starts = new int[rows];
        Arrays.fill(starts, position);
        Step step = Step.alone(paging, new int[rows][1], starts);
        long began = System.nanoTime();
        try (Tensor made =
            layer.from() == 0 ? runner.forward(step) : runner.forward(step, hidden)) {
          times[position] = (System.nanoTime() - began) / 1e6;
        }
      }
    }
    Arrays.sort(times, 1, STEPS);
    return times[1 + (STEPS - 1) / 2];
  }
}
