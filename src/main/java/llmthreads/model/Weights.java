package llmthreads.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import llmthreads.model.PublishedFiles.HeadNorms;
import llmthreads.model.PublishedFiles.Linear;
import llmthreads.model.WeightPacker.Cut;
import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import llmthreads.script.TensorList;

/**
 * The numbers of a model, of a range of its layers, or of one worker's share of them, ready for the
 * kernels that will read them.
 *
 * <p>A norm multiplies each column by a weight of its own, and so does the matrix that reads what
 * the norm gives: the two are one matrix here. The factor √size, by which a norm's mean of squares
 * differs from a row's length, goes there too. What a LayerNorm adds to each column becomes, times
 * that matrix, a part of the matrix's bias.
 *
 * <p>Never changed after loading, so any number of workers share one copy. Who loads it closes it.
 */
public final class Weights implements AutoCloseable {
  /** Added to the score of a position that a token must not see: its weight becomes an exact 0. */
  static final float UNSEEN = -1e30f;

  /** Places in {@link #ends}. */
  private static final int POSITIONS = 0;

  private static final int EMBEDDING = 3;

  private static final int HEAD = 4;

  private static final int HEAD_BIAS = 5;

  private final List<Tensor> owned = new ArrayList<>();
  private final Precision precision;
  private final LinearKernel kernel;
  private final LayerRange range;
  private final Shard shard;
  private final Design design;
  private final Map<Tensor, Long> sizes = new HashMap<>();
  private TensorList layers;
  private TensorList ends;
  private Tensor none;

  private Weights(
      Precision precision, LinearKernel kernel, LayerRange range, Shard shard, Design design) {
    this.precision = precision;
    this.kernel = kernel;
    this.range = range;
    this.shard = shard;
    this.design = design;
  }

  /** All layers of a model, with the fastest kernel that this machine has. */
  public static Weights load(Config config, WeightSource source, Precision precision) {
    LinearKernel kernel = LinearKernel.best(precision);
    return load(config, source, precision, kernel, LayerRange.all(config), Shard.WHOLE);
  }

  /**
   * Some layers of a model, or one worker's share of them; nothing else is read.
   *
   * <p>A range that begins with layer 0 brings the embedding, one that ends with the last layer
   * brings the output head.
   *
   * @throws ModelException when a tensor is missing or shaped otherwise than the config says
   */
  public static Weights load(
      Config config,
      WeightSource source,
      Precision precision,
      LinearKernel kernel,
      LayerRange range,
      Shard shard) {
    Weights weights = new Weights(precision, kernel, range, shard, config.design());
    try (Script packer = Script.compile("weights", kernel.functions())) {
      weights.load(config, source, new WeightPacker(precision, packer));
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /**
   * Some of these layers, sharing their memory: for a stage of a pipeline. Closed before these.
   *
   * @throws IllegalArgumentException when they are not among these
   */
  public Weights stage(LayerRange some) {
    if (some.from() < range.from() || some.to() > range.to()) {
      throw new IllegalArgumentException("%s is not within %s".formatted(some, range));
    }
    Weights stage = new Weights(precision, kernel, some, shard, design);
    int perLayer = design.layerTensors();
    int from = (some.from() - range.from()) * perLayer;
    stage.layers = new TensorList(layers.tensors().subList(from, from + some.count() * perLayer));
    List<Tensor> once = new ArrayList<>(ends.tensors());
    if (some.from() > 0) {
      once.set(EMBEDDING, none);
      if (design.positions() instanceof Positions.Learned) {
        once.set(POSITIONS, none);
      }
    }
    if (some.to() < range.to()) {
      once.set(HEAD, none);
      once.set(HEAD_BIAS, none);
    }
    stage.ends = new TensorList(once);
    stage.sizes.putAll(sizes);
    return stage;
  }

  /** In which numbers they are. */
  public Precision precision() {
    return precision;
  }

  /** For which kernel they are laid out. */
  public LinearKernel kernel() {
    return kernel;
  }

  /** Which layers they are. */
  public LayerRange range() {
    return range;
  }

  /** Which share of the layers they are. */
  public Shard shard() {
    return shard;
  }

  /** Native memory that the weights take, in bytes; a stage's lie within the whole model's. */
  public long bytes() {
    return Stream.of(layers, ends)
        .flatMap(list -> list.tensors().stream())
        .mapToLong(tensor -> sizes.getOrDefault(tensor, 0L))
        .sum();
  }

  /**
   * Four matrices a layer: query-key-value, output, gate-up, down; then their biases, then the
   * factors of head norms, where the design has any.
   */
  TensorList layers() {
    return layers;
  }

  /**
   * What is there once: cosines and sines, or the embedding of positions; what a norm adds to a
   * row's squared length; what is added to a score that must not count; embedding, head, the head's
   * bias. What a stage has not is an empty tensor. Numbers are tensors, since a script makes a
   * tensor of a number anew in every operator.
   */
  TensorList ends() {
    return ends;
  }

  private void load(Config config, WeightSource source, WeightPacker packer) {
    PublishedFiles files = design.architecture().files();
    List<Tensor> inside = new ArrayList<>();
    for (int layer = range.from(); layer < range.to(); layer++) {
      PublishedFiles.Layer published = files.layer(config, source, layer);
      List<Linear> linears = published.all();
      List<List<Cut>> cuts = cuts(config, linears);
      for (int i = 0; i < linears.size(); i++) {
        inside.add(packed(packer, linears.get(i), cuts.get(i)));
      }
      for (int i = 0; design.biased() && i < linears.size(); i++) {
        inside.add(bias(packer, linears.get(i), cuts.get(i)));
      }
      published.headNorms().ifPresent(norms -> inside.add(headNorms(config, packer, norms)));
    }
    layers = new TensorList(inside);
    int hidden = config.hiddenSize();
    Shard.Range tokens = shard.columns(config.vocabularySize());
    none = keep(Tensor.zeros(precision.type(), 0), precision.type(), 0);
    Tensor embedding = none;
    if (range.from() == 0) {
      Tensor rows = packer.rows(files.embedding(config, source), tokens);
      embedding = keep(rows, precision.type(), tokens.count(), hidden);
    }
    Tensor head = none;
    Tensor headBias = none;
    if (range.to() == config.layers()) {
      Linear published = files.head(config, source);
      List<Cut> cut = List.of(Cut.outputs(tokens));
      head = packed(packer, published, cut);
      headBias = design.norm() == Design.Norm.LAYER ? bias(packer, published, cut) : none;
    }
    float[] epsilon = {(float) (config.normEpsilon() * hidden)};
    Tensor added = keep(Tensor.of(epsilon, 1), ElementType.F32, 1);
    Tensor positions = positions(config, files, source, packer);
    Tensor unseen = rounded(packer, new float[] {UNSEEN}, 1);
    ends = new TensorList(List.of(positions, added, unseen, embedding, head, headBias));
  }

  /** What tells a row its position: in every layer, or once, before the first. */
  private Tensor positions(
      Config config, PublishedFiles files, WeightSource source, WeightPacker packer) {
    long size = config.context();
    return switch (design.positions()) {
      case Rotary _ -> rounded(packer, RotaryTable.of(config), size, 3L * config.headSize() / 2);
      case Positions.Learned _ when range.from() == 0 -> {
        Safetensors.Entry all = files.positions(config, source).orElseThrow();
        Tensor rows = packer.rows(all, new Shard.Range(0, config.context()));
        yield keep(rows, precision.type(), size, config.hiddenSize());
      }
      case Positions.Learned _ -> none;
    };
  }

  /** This shard's parts of a layer's matrices. */
  private List<List<Cut>> cuts(Config config, List<Linear> linears) {
    Shard.Range queries = shard.queryColumns(config);
    Cut keyValues = Cut.outputs(shard.keyValueColumns(config));
    Shard.Range wide = shard.columns(config.feedForwardSize());
    int parallel = linears.get(2).matrices().size();
    return List.of(
        List.of(Cut.outputs(queries), keyValues, keyValues),
        List.of(behind(config, queries)),
        Collections.nCopies(parallel, Cut.outputs(wide)),
        List.of(behind(config, wide)));
  }

  /** A share of the matrix behind one that was cut by its output columns. */
  private Cut behind(Config config, Shard.Range columns) {
    return switch (shard.form()) {
      case GATHERED -> Cut.outputs(shard.columns(config.hiddenSize()));
      case REDUCED -> Cut.inputs(columns);
    };
  }

  private Tensor packed(WeightPacker packer, Linear linear, List<Cut> cuts) {
    long outputs = WeightPacker.outputs(linear, cuts);
    return keep(packer.packed(linear, cuts), precision.type(), outputs, inputs(linear, cuts));
  }

  private Tensor bias(WeightPacker packer, Linear linear, List<Cut> cuts) {
    boolean counts = shard.index() == 0 || !cuts.getFirst().ofInputs();
    long outputs = WeightPacker.outputs(linear, cuts);
    return keep(packer.bias(linear, cuts, counts), precision.type(), outputs);
  }

  private Tensor headNorms(Config config, WeightPacker packer, HeadNorms norms) {
    int keyHeads = shard.keyValueHeads(config).count();
    int queryHeads = keyHeads * (config.heads() / config.keyValueHeads());
    return keep(
        packer.headNorms(norms, queryHeads, keyHeads),
        precision.type(),
        queryHeads + keyHeads,
        1,
        config.headSize());
  }

  private static long inputs(Linear linear, List<Cut> cuts) {
    Cut cut = cuts.getFirst();
    return cut.ofInputs() ? cut.range().count() : linear.matrices().getFirst().weights().shape()[1];
  }

  private Tensor rounded(WeightPacker packer, float[] values, long... shape) {
    return keep(packer.rounded(values, shape), precision.type(), shape);
  }

  private Tensor keep(Tensor tensor, ElementType type, long... shape) {
    owned.add(tensor);
    sizes.put(tensor, LongStream.of(shape).reduce(type.bytes(), Math::multiplyExact));
    return tensor;
  }

  /** Gives the native memory back. */
  @Override
  public void close() {
    if (layers != null) {
      layers.close();
    }
    if (ends != null) {
      ends.close();
    }
    owned.forEach(Tensor::close);
  }
}
