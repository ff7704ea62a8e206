package llmthreads.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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
 * differs from a row's length, goes there too.
 *
 * <p>Never changed after loading, so any number of workers share one copy. Who loads it closes it.
 */
public final class Weights implements AutoCloseable {
  /** Tensors of one layer, in the order in which the decoder's script reads them. */
  static final int PER_LAYER = 4;

  /** Added to the score of a position that a token must not see: its weight becomes an exact 0. */
  private static final float UNSEEN = -1e30f;

  private static final double[] NO_NORM = {};

  /** Places in {@link #ends}. */
  private static final int EMBEDDING = 3;

  private static final int HEAD = 4;

  private final List<Tensor> owned = new ArrayList<>();
  private final Precision precision;
  private final LinearKernel kernel;
  private final LayerRange range;
  private final Shard shard;
  private final Map<Tensor, Long> sizes = new HashMap<>();
  private TensorList layers;
  private TensorList ends;
  private Tensor none;

  private Weights(Precision precision, LinearKernel kernel, LayerRange range, Shard shard) {
    this.precision = precision;
    this.kernel = kernel;
    this.range = range;
    this.shard = shard;
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
    Weights weights = new Weights(precision, kernel, range, shard);
    try (Script packer = Script.compile("weights", kernel.functions())) {
      weights.load(config, source, packer);
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
    Weights stage = new Weights(precision, kernel, some, shard);
    int from = (some.from() - range.from()) * PER_LAYER;
    stage.layers = new TensorList(layers.tensors().subList(from, from + some.count() * PER_LAYER));
    List<Tensor> once = new ArrayList<>(ends.tensors());
    if (some.from() > 0) {
      once.set(EMBEDDING, none);
    }
    if (some.to() < range.to()) {
      once.set(HEAD, none);
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

  /** {@link #PER_LAYER} matrices a layer: query-key-value, output, gate-up, down. */
  TensorList layers() {
    return layers;
  }

  /**
   * What is there once: cosines and sines, what a norm adds to a row's squared length, what is
   * added to a score that must not count, embedding, head; a stage without one of the last two has
   * an empty tensor there. Numbers are tensors, since a script makes a tensor of a number anew in
   * every operator.
   */
  TensorList ends() {
    return ends;
  }

  private void load(Config config, WeightSource source, Script packer) {
    int hidden = config.hiddenSize();
    int vocabulary = config.vocabularySize();
    int wide = config.feedForwardSize();
    Shard.Range queries = shard.queryColumns(config);
    Shard.Range keyValues = shard.keyValueColumns(config);
    Shard.Range columns = shard.columns(wide);
    List<Tensor> inside = new ArrayList<>();
    for (int layer = range.from(); layer < range.to(); layer++) {
      String at = "model.layers." + layer + ".";
      String attention = at + "self_attn.";
      String forward = at + "mlp.";
      inside.add(
          packed(
              packer,
              norm(source, at + "input_layernorm.weight", hidden),
              rows(source.get(attention + "q_proj.weight", config.queryWidth(), hidden), queries),
              rows(
                  source.get(attention + "k_proj.weight", config.keyValueWidth(), hidden),
                  keyValues),
              rows(
                  source.get(attention + "v_proj.weight", config.keyValueWidth(), hidden),
                  keyValues)));
      inside.add(
          packed(
              packer,
              NO_NORM,
              behind(
                  source.get(attention + "o_proj.weight", hidden, config.queryWidth()), queries)));
      inside.add(
          packed(
              packer,
              norm(source, at + "post_attention_layernorm.weight", hidden),
              rows(source.get(forward + "gate_proj.weight", wide, hidden), columns),
              rows(source.get(forward + "up_proj.weight", wide, hidden), columns)));
      inside.add(
          packed(
              packer,
              NO_NORM,
              behind(source.get(forward + "down_proj.weight", hidden, wide), columns)));
    }
    layers = new TensorList(inside);
    none = keep(Tensor.zeros(precision.type(), 0), precision.type(), 0);
    Tensor embedding = none;
    if (range.from() == 0) {
      Shard.Range tokens = shard.columns(vocabulary);
      Safetensors.Entry words = source.get("model.embed_tokens.weight", vocabulary, hidden);
      embedding =
          keep(plain(NO_NORM, rows(words, tokens)), precision.type(), tokens.count(), hidden);
    }
    Tensor head = none;
    if (range.to() == config.layers()) {
      String name = config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
      double[] norm = norm(source, "model.norm.weight", hidden);
      Shard.Range tokens = shard.columns(vocabulary);
      head = packed(packer, norm, rows(source.get(name, vocabulary, hidden), tokens));
    }
    float[] epsilon = {(float) (config.normEpsilon() * hidden)};
    Tensor added = keep(Tensor.of(epsilon, 1), ElementType.F32, 1);
    ends =
        new TensorList(
            List.of(
                rounded(RotaryTable.of(config), config.context(), 3L * config.headSize() / 2),
                added,
                rounded(new float[] {UNSEEN}, 1),
                embedding,
                head));
  }

  private static Safetensors.Entry rows(Safetensors.Entry matrix, Shard.Range some) {
    return matrix.rows(some.from(), some.to());
  }

  /** A share of the matrix behind one that was cut by its output columns. */
  private Safetensors.Entry behind(Safetensors.Entry matrix, Shard.Range columns) {
    return switch (shard.form()) {
      case GATHERED -> rows(matrix, shard.columns((int) matrix.shape()[0]));
      case REDUCED -> matrix.columns(columns.from(), columns.to());
    };
  }

  private Tensor rounded(float[] values, long... shape) {
    try (Tensor wide = Tensor.of(values, shape)) {
      return keep(inPrecision(wide), precision.type(), shape);
    }
  }

  /** A norm's weights times √size. */
  private static double[] norm(WeightSource source, String name, int size) {
    double[] values = new double[size];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(4L * size, 64);
      widen(source.get(name, size), floats);
      for (int i = 0; i < size; i++) {
        values[i] = floats.getAtIndex(ValueLayout.JAVA_FLOAT, i) * Math.sqrt(size);
      }
    }
    return values;
  }

  /** Several matrices of equal width under each other, behind a norm, in the kernel's layout. */
  private Tensor packed(Script packer, double[] norm, Safetensors.Entry... parts) {
    try (Tensor matrix = plain(norm, parts)) {
      return keep(packer.call("pack", matrix), precision.type(), matrix.shape());
    }
  }

  /** Matrices under each other, in the chosen precision, in memory of their own. */
  private Tensor plain(double[] norm, Safetensors.Entry... parts) {
    long columns = parts[0].shape()[1];
    long rows = 0;
    for (Safetensors.Entry part : parts) {
      rows += part.shape()[0];
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(Math.multiplyExact(rows * columns, 4L), 64);
      long at = 0;
      for (Safetensors.Entry part : parts) {
        at += widen(part, floats.asSlice(at));
      }
      for (long i = 0; norm.length > 0 && i < rows * columns; i++) {
        float value = floats.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (value * norm[(int) (i % columns)]));
      }
      try (Tensor wide = Tensor.over(floats.asByteBuffer(), ElementType.F32, rows, columns)) {
        return inPrecision(wide);
      }
    }
  }

  private Tensor inPrecision(Tensor wide) {
    return precision == Precision.F32 ? wide.copy() : wide.to(precision.type());
  }

  /** Writes an entry as floats; how many bytes were written. */
  private static long widen(Safetensors.Entry part, MemorySegment target) {
    MemorySegment from = part.bytes();
    long count = from.byteSize() / part.type().bytes();
    switch (part.type()) {
      case F32 -> target.copyFrom(from);
      case BF16 -> {
        for (long i = 0; i < count; i++) {
          short bits = from.getAtIndex(SHORT, i);
          target.setAtIndex(ValueLayout.JAVA_FLOAT, i, BFloat16.toFloat(bits));
        }
      }
      case F16 -> {
        for (long i = 0; i < count; i++) {
          short bits = from.getAtIndex(SHORT, i);
          target.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.float16ToFloat(bits));
        }
      }
      default ->
          throw new ModelException(
              "A weight of type %s cannot be computed with: convert the model to F32, F16 or BF16"
                  .formatted(part.type()));
    }
    return count * 4;
  }

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN);

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
