package llmthreads.parallel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import llmthreads.device.Device;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Shard;

/**
 * Proposes a {@link Mesh} for a model, a list of devices and a workload, from costs that it
 * measures on this machine while all workers of the mesh are busy.
 *
 * <p>The forecast: of {@code B} sequences a replica has {@code ⌈B/d⌉}, a micro-batch {@code b} of
 * them. A stage needs {@code s(b)} for it, measured: a decode step of its layers, computed whole or
 * by so many shards together. Micro-batches follow each other, and one comes back when it is
 * through, so every sequence has its next token after
 *
 * <pre>round = max(m · max s, Σ s)</pre>
 *
 * <p>Only decoding is weighed, not the reading of prompts. All meshes are measured in turns,
 * {@value #ROUNDS} times, so that a slow moment of the machine does not decide against one of them.
 * One thread uses a planner at a time.
 */
public final class MeshPlanner {
  private static final int ROUNDS = 3;

  private final LanguageModel model;
  private final int places;
  private final Map<Setting, double[]> costs = new HashMap<>();
  private double[] layers;

  /**
   * A planner for a model on some devices.
   *
   * @param devices each gives a worker for every whole core, of one intra-op thread
   */
  public MeshPlanner(LanguageModel model, List<Device> devices) {
    this.model = model;
    this.places = Math.max(1, devices.stream().mapToInt(device -> (int) device.cores()).sum());
  }

  /** What is measured for a mesh. */
  private record Setting(List<LayerRange> stages, int rows, int copies, int shards) {}

  /** A mesh that fits, not measured yet. */
  private record Fit(Mesh mesh, int microBatches, long weightBytes, Setting setting) {}

  /**
   * Weighs every mesh that the devices have workers for.
   *
   * @param batch sequences that are answered at once
   * @param weightLimit the most bytes of weights that a worker may hold, if there is a limit
   * @throws IllegalArgumentException when no mesh keeps to the limit
   */
  public MeshPlan propose(int batch, OptionalLong weightLimit) {
    List<Fit> fits = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (int data = 1; data <= Math.min(places, batch); data++) {
      for (int pipeline = 1; data * pipeline <= places; pipeline++) {
        for (int tensor = 1; data * pipeline * tensor <= places; tensor++) {
          Mesh mesh = new Mesh(data, pipeline, tensor);
          try {
            fits.add(fit(mesh, batch, weightLimit));
          } catch (IllegalArgumentException e) {
            refused.add(mesh + ": " + e.getMessage());
          }
        }
      }
    }
    if (fits.isEmpty()) {
      throw new IllegalArgumentException("No mesh fits. " + String.join(". ", refused));
    }
    measure(fits.stream().map(Fit::setting).filter(each -> !costs.containsKey(each)).toList());
    List<MeshPlan.Candidate> candidates =
        fits.stream()
            .map(fit -> weigh(fit, batch))
            .sorted(Comparator.comparingDouble(MeshPlan.Candidate::roundMs))
            .toList();
    return new MeshPlan(candidates, List.copyOf(refused));
  }

  private Fit fit(Mesh mesh, int batch, OptionalLong weightLimit) {
    Shard.cut(model.config(), mesh.tensor(), Shard.Form.GATHERED);
    List<LayerRange> stages = LayerRange.balanced(layers(), mesh.pipeline());
    long most = weightBytes(mesh, stages);
    if (weightLimit.isPresent() && most > weightLimit.getAsLong()) {
      throw new IllegalArgumentException(
          "a worker would hold %d bytes of weights, the limit is %d"
              .formatted(most, weightLimit.getAsLong()));
    }
    int replica = Math.ceilDiv(batch, mesh.data());
    int microBatches = Math.min(mesh.pipeline(), replica);
    int rows = Math.ceilDiv(replica, microBatches);
    int copies = mesh.workers() / mesh.tensor();
    return new Fit(mesh, microBatches, most, new Setting(stages, rows, copies, mesh.tensor()));
  }

  private MeshPlan.Candidate weigh(Fit fit, int batch) {
    int rows = fit.setting.rows;
    double[] stageMs = costs.get(fit.setting);
    double slowest = Arrays.stream(stageMs).max().orElseThrow();
    double way = Arrays.stream(stageMs).sum();
    double round = Math.max(fit.microBatches * slowest, way);
    String reason =
        "%s at a time %s %.2f ms through %s"
            .formatted(
                rows == 1 ? "1 sequence" : rows + " sequences",
                rows == 1 ? "takes" : "take",
                way,
                stageMs.length == 1
                    ? "the model"
                    : "%d stages, the slowest %.2f ms".formatted(stageMs.length, slowest));
    return new MeshPlan.Candidate(
        fit.mesh, fit.microBatches, round, batch / round * 1e3, fit.weightBytes, reason);
  }

  /**
   * Milliseconds of each stage while all workers of the mesh are at work on it, the middle ones of
   * all rounds.
   */
  private void measure(List<Setting> settings) {
    Map<Setting, List<double[]>> rounds = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (Setting each : settings) {
        rounds
            .computeIfAbsent(each, unseen -> new ArrayList<>())
            .add(LayerCosts.measure(model, each.stages, each.rows, 1, each.copies, each.shards));
      }
    }
    rounds.forEach((setting, measured) -> costs.put(setting, middle(measured)));
  }

  /** The middle of what was measured of each stage; of an even number, the higher of two. */
  static double[] middle(List<double[]> measured) {
    return IntStream.range(0, measured.getFirst().length)
        .mapToDouble(
            stage ->
                measured.stream()
                    .mapToDouble(stageMs -> stageMs[stage])
                    .sorted()
                    .skip(measured.size() / 2)
                    .findFirst()
                    .orElseThrow())
        .toArray();
  }

  /** Milliseconds of each layer for a lone sequence: where to cut. */
  private double[] layers() {
    if (layers == null) {
      layers = LayerCosts.measure(model, 1, 1);
    }
    return layers;
  }

  /** Weights of the largest stage, by the layers' share of the model's, cut among its shards. */
  private long weightBytes(Mesh mesh, List<LayerRange> stages) {
    long most = 0;
    for (LayerRange stage : stages) {
      try (ShardedStage whole = new ShardedStage(model, stage, 1, Shard.Form.GATHERED)) {
        most = Math.max(most, whole.weightBytes().getFirst() / mesh.tensor());
      }
    }
    return most;
  }
}
