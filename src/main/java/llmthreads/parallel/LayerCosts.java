package llmthreads.parallel;

import java.util.Arrays;
import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Llama;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.model.Weights;
import llmthreads.script.ElementType;
import llmthreads.script.Tensor;

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
    try (EngineThreads one = new EngineThreads("layer-costs", 1, intraOpThreads)) {
      return one.run(new Cancellation(), () -> measure(model, rows));
    }
  }

  private static double[] measure(LanguageModel model, int rows) {
    double[] costs = new double[model.config().layers()];
    ElementType type = model.precision().type();
    try (Tensor hidden = Tensor.zeros(type, rows, model.config().hiddenSize())) {
      for (int layer = 0; layer < costs.length; layer++) {
        costs[layer] = cost(model, new LayerRange(layer, layer + 1), hidden, rows);
      }
    }
    return costs;
  }

  private static double cost(LanguageModel model, LayerRange layer, Tensor hidden, int rows) {
    double[] times = new double[STEPS];
    try (Weights weights = model.weights().stage(layer);
        Llama alone = new Llama(model.config(), weights);
        StepRunner runner = alone.open(rows, STEPS)) {
      for (int position = 0; position < STEPS; position++) {
        int[] starts = new int[rows];
        Arrays.fill(starts, position);
        Step step = new Step(0, new int[rows][1], starts);
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
