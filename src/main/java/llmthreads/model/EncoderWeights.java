package llmthreads.model;

import java.util.ArrayList;
import java.util.List;
import llmthreads.device.Device;
import llmthreads.model.PublishedFiles.Factors;
import llmthreads.model.PublishedFiles.Linear;
import llmthreads.model.WeightPacker.Cut;
import llmthreads.script.ElementType;
import llmthreads.script.Operand;
import llmthreads.script.Operands;

/**
 * The numbers of an encoder, ready for the kernels that will read them: of each layer what {@link
 * EncoderScript} calls {@code W}, and once what it calls {@code E}.
 *
 * <p>Never changed after loading, so any number of workers share one copy. Who loads it closes it.
 */
final class EncoderWeights implements AutoCloseable {
  private final List<Operand> owned = new ArrayList<>();
  private final Operands layers;
  private final Operands ends;

  private EncoderWeights(BertFiles files, Packers packers) {
    try {
      List<Operand> once = ends(files, packers);
      List<Operand> inside = new ArrayList<>();
      for (int layer = 0; layer < files.config().layers(); layer++) {
        inside.addAll(layer(files.layer(layer), packers));
      }
      layers = new Operands(inside);
      ends = new Operands(once);
    } catch (RuntimeException | Error e) {
      owned.forEach(Operand::close);
      throw e;
    }
  }

  /** What brings tensors into their layouts: of layers, of the head, of tables, of small ones. */
  private record Packers(
      MatrixPacker matrices, MatrixPacker heads, MatrixPacker tables, WeightPacker small)
      implements AutoCloseable {
    @Override
    public void close() {
      matrices.close();
      heads.close();
      tables.close();
    }
  }

  /**
   * Reads an encoder's published tensors.
   *
   * @throws ModelException when one is missing or shaped otherwise than the config says
   */
  static EncoderWeights load(
      EncoderConfig config, WeightSource source, Precision precision, Device device) {
    ElementType type = precision.activations();
    try (Packers packers =
        new Packers(
            new MatrixPacker(
                LinearKernel.best(precision, device, config.mostInputs()), type, device),
            new MatrixPacker(EncoderScript.head(config, precision, device), type, device),
            new MatrixPacker(FloatKernel.PLAIN, type, device),
            new WeightPacker(type, device))) {
      return new EncoderWeights(BertFiles.of(config, source), packers);
    }
  }

  private List<Operand> ends(BertFiles files, Packers packers) {
    List<Operand> once = new ArrayList<>();
    for (Safetensors.Entry embedding : files.embeddings()) {
      once.addAll(keep(packers.tables.packed(StackedRows.of(embedding))));
    }
    once.addAll(norm(files.embeddingNorm(), packers));
    once.add(keep(packers.small.rounded(new float[] {WeightLoader.UNSEEN}, 1)));
    for (Linear linear : files.head()) {
      once.addAll(keep(packers.heads.packed(WeightPacker.rows(linear, whole(linear)))));
      once.add(bias(linear, packers));
    }
    return once;
  }

  private List<Operand> layer(BertFiles.Layer published, Packers packers) {
    List<List<Operand>> matrices = new ArrayList<>();
    for (Linear linear : published.linears()) {
      matrices.add(keep(packers.matrices.packed(WeightPacker.rows(linear, whole(linear)))));
    }
    List<Operand> layer = new ArrayList<>();
    for (int part = 0; part < matrices.getFirst().size(); part++) {
      for (List<Operand> matrix : matrices) {
        layer.add(matrix.get(part));
      }
    }
    published.linears().forEach(linear -> layer.add(bias(linear, packers)));
    published.norms().forEach(norm -> layer.addAll(norm(norm, packers)));
    return layer;
  }

  /** {@code W} of {@link EncoderScript}. */
  Operands layers() {
    return layers;
  }

  /** {@code E} of {@link EncoderScript}. */
  Operands ends() {
    return ends;
  }

  private Operand bias(Linear linear, Packers packers) {
    return keep(packers.small.bias(linear, whole(linear), true));
  }

  private List<Operand> norm(Factors norm, Packers packers) {
    return List.of(vector(norm.weights(), packers), vector(norm.bias().orElseThrow(), packers));
  }

  private Operand vector(Safetensors.Entry entry, Packers packers) {
    return keep(packers.small.rounded(FiniteNumbers.of(entry), entry.shape()));
  }

  private static List<Cut> whole(Linear linear) {
    return linear.matrices().stream()
        .map(matrix -> Cut.outputs(new Shard.Range(0, (int) matrix.weights().shape()[0])))
        .toList();
  }

  private List<Operand> keep(List<Operand> operands) {
    owned.addAll(operands);
    return operands;
  }

  private Operand keep(Operand operand) {
    owned.add(operand);
    return operand;
  }

  @Override
  public void close() {
    layers.close();
    ends.close();
    owned.forEach(Operand::close);
  }
}
