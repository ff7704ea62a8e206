package llmthreads.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Layers next to each other: a whole model, or one stage of it.
 *
 * @param from the first, from 0
 * @param to behind the last
 */
public record LayerRange(int from, int to) {
  /** Checks that it holds at least one layer. */
  public LayerRange {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException(
          "Layers %d to %d are none: a range holds at least one".formatted(from, to));
    }
  }

  /** Every layer of a model. */
  public static LayerRange all(Config config) {
    return new LayerRange(0, config.layers());
  }

  /** How many layers. */
  public int count() {
    return to - from;
  }

  /**
   * Cuts a model's layers into ranges, so that the dearest range costs as little as can be.
   *
   * @param costs of each layer, in any unit; what the embedding and the head cost belongs to the
   *     first and the last
   * @throws IllegalArgumentException when there are more parts than layers, or none
   */
  public static List<LayerRange> balanced(double[] costs, int parts) {
    int layers = costs.length;
    if (parts < 1 || parts > layers) {
      throw new IllegalArgumentException(
          "%d layers cannot be cut into %d stages: a stage has at least one layer"
              .formatted(layers, parts));
    }
    double[][] dearest = new double[parts + 1][layers + 1];
    int[][] cut = new int[parts + 1][layers + 1];
    Arrays.fill(dearest[0], 1, layers + 1, Double.POSITIVE_INFINITY);
    for (int part = 1; part <= parts; part++) {
      Arrays.fill(dearest[part], Double.POSITIVE_INFINITY);
      for (int to = part; to <= layers; to++) {
        double cost = 0;
        for (int from = to - 1; from >= part - 1; from--) {
          cost += costs[from];
          double worst = Math.max(cost, dearest[part - 1][from]);
          if (worst < dearest[part][to]) {
            dearest[part][to] = worst;
            cut[part][to] = from;
          }
        }
      }
    }
    List<LayerRange> ranges = new ArrayList<>();
    for (int part = parts, to = layers; part > 0; to = cut[part][to], part--) {
      ranges.addFirst(new LayerRange(cut[part][to], to));
    }
    return List.copyOf(ranges);
  }
}
