package llmthreads.model;

import java.util.ArrayList;
import java.util.List;
import llmthreads.model.PublishedFiles.Factors;
import llmthreads.model.PublishedFiles.Linear;
import llmthreads.model.WeightPacker.Cut;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import llmthreads.script.TensorList;

/**
 * The numbers of an encoder, ready for the kernels that will read them: of each layer what {@link
 * EncoderScript} calls {@code W}, and once what it calls {@code E}.
 *
 * <p>Never changed after loading, so any number of workers share one copy. Who loads it closes it.
 */
final class EncoderWeights implements AutoCloseable {
  private final List<Tensor> owned = new ArrayList<>();
  private final WeightPacker packer;
  private final TensorList layers;
  private final TensorList ends;

  private EncoderWeights(BertFiles files, WeightPacker packer) {
    this.packer = packer;
    try {
      List<Tensor> inside = new ArrayList<>();
      for (int layer = 0; layer < files.config().layers(); layer++) {
        BertFiles.Layer published = files.layer(layer);
        published.linears().forEach(linear -> inside.add(matrix(linear)));
        published.linears().forEach(linear -> inside.add(bias(linear)));
        published.norms().forEach(norm -> inside.addAll(norm(norm)));
      }
      List<Tensor> once = ends(files);
      layers = new TensorList(inside);
      ends = new TensorList(once);
    } catch (RuntimeException e) {
      owned.forEach(Tensor::close);
      throw e;
    }
  }

  /**
   * Reads an encoder's published tensors.
   *
   * @throws ModelException when one is missing or shaped otherwise than the config says
   */
  static EncoderWeights load(
      EncoderConfig config, WeightSource source, Precision precision, LinearKernel kernel) {
    try (Script packer = Script.compile("weights", kernel.functions())) {
      return new EncoderWeights(BertFiles.of(config, source), new WeightPacker(precision, packer));
    }
  }

  private List<Tensor> ends(BertFiles files) {
    List<Tensor> once = new ArrayList<>();
    files.embeddings().forEach(embedding -> once.add(rows(embedding)));
    once.addAll(norm(files.embeddingNorm()));
    once.add(keep(packer.rounded(new float[] {Weights.UNSEEN}, 1)));
    for (Linear linear : files.head()) {
      once.add(matrix(linear));
      once.add(bias(linear));
    }
    return once;
  }

  /** {@code W} of {@link EncoderScript}. */
  TensorList layers() {
    return layers;
  }

  /** {@code E} of {@link EncoderScript}. */
  TensorList ends() {
    return ends;
  }

  private Tensor matrix(Linear linear) {
    return keep(packer.packed(linear, whole(linear)));
  }

  private Tensor bias(Linear linear) {
    return keep(packer.bias(linear, whole(linear), true));
  }

  private List<Tensor> norm(Factors norm) {
    return List.of(rows(norm.weights()), rows(norm.bias().orElseThrow()));
  }

  private Tensor rows(Safetensors.Entry all) {
    return keep(packer.rows(all, new Shard.Range(0, (int) all.shape()[0])));
  }

  private static List<Cut> whole(Linear linear) {
    return linear.matrices().stream()
        .map(matrix -> Cut.outputs(new Shard.Range(0, (int) matrix.weights().shape()[0])))
        .toList();
  }

  private Tensor keep(Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }

  @Override
  public void close() {
    layers.close();
    ends.close();
    owned.forEach(Tensor::close);
  }
}
