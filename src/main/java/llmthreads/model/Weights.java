package llmthreads.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import llmthreads.script.TensorList;

/**
 * The numbers of a model, or of a range of its layers, ready for the kernels that will read them.
 *
 * <p>Never changed after loading, so any number of workers share one copy. Who loads it closes it.
 */
public final class Weights implements AutoCloseable {
  /** Tensors of one layer, in the order in which the decoder's script reads them. */
  static final int PER_LAYER = 7;

  private final List<Tensor> owned = new ArrayList<>();
  private final Precision precision;
  private final LinearKernel kernel;
  private final LayerRange range;
  private TensorList layers;
  private TensorList ends;
  private long bytes;

  private Weights(Precision precision, LinearKernel kernel, LayerRange range) {
    this.precision = precision;
    this.kernel = kernel;
    this.range = range;
  }

  /** All layers of a model, with the fastest kernel that this machine has. */
  public static Weights load(Config config, WeightSource source, Precision precision) {
    return load(config, source, precision, LinearKernel.best(precision), LayerRange.all(config));
  }

  /**
   * Some layers of a model.
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
      LayerRange range) {
    Weights weights = new Weights(precision, kernel, range);
    try (Script packer = Script.compile("weights", kernel.functions())) {
      weights.load(config, source, packer);
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
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

  /** Native memory that the weights take, in bytes. */
  public long bytes() {
    return bytes;
  }

  /** {@link #PER_LAYER} tensors a layer: norm, query-key-value, output, norm, gate, up, down. */
  TensorList layers() {
    return layers;
  }

  /**
   * Cosines, sines, embedding, last norm, head; a stage without one of them has an empty tensor
   * there.
   */
  TensorList ends() {
    return ends;
  }

  private void load(Config config, WeightSource source, Script packer) {
    int hidden = config.hiddenSize();
    int vocabulary = config.vocabularySize();
    List<Tensor> inside = new ArrayList<>();
    for (int layer = range.from(); layer < range.to(); layer++) {
      String at = "model.layers." + layer + ".";
      inside.add(norm(source, at + "input_layernorm.weight", hidden));
      inside.add(
          packed(
              packer,
              hidden,
              source.get(at + "self_attn.q_proj.weight", config.queryWidth(), hidden),
              source.get(at + "self_attn.k_proj.weight", config.keyValueWidth(), hidden),
              source.get(at + "self_attn.v_proj.weight", config.keyValueWidth(), hidden)));
      inside.add(
          packed(
              packer,
              config.queryWidth(),
              source.get(at + "self_attn.o_proj.weight", hidden, config.queryWidth())));
      inside.add(norm(source, at + "post_attention_layernorm.weight", hidden));
      int wide = config.feedForwardSize();
      for (String name : List.of("gate_proj", "up_proj")) {
        inside.add(
            packed(packer, hidden, source.get(at + "mlp." + name + ".weight", wide, hidden)));
      }
      inside.add(packed(packer, wide, source.get(at + "mlp.down_proj.weight", hidden, wide)));
    }
    layers = new TensorList(inside);
    RotaryTable rotary = RotaryTable.of(config);
    Tensor none = keep(Tensor.zeros(precision.type(), 0), 0);
    Tensor embedding = none;
    if (range.from() == 0) {
      embedding = embedding(source, vocabulary, hidden);
    }
    Tensor norm = none;
    Tensor head = none;
    if (range.to() == config.layers()) {
      norm = norm(source, "model.norm.weight", hidden);
      String name = config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
      head = packed(packer, hidden, source.get(name, vocabulary, hidden));
    }
    ends =
        new TensorList(
            List.of(
                table(rotary.cosines(), config),
                table(rotary.sines(), config),
                embedding,
                norm,
                head));
  }

  private Tensor table(float[] values, Config config) {
    long[] shape = {config.context(), config.headSize()};
    try (Tensor wide = Tensor.of(values, shape)) {
      return keep(owned(wide), shape);
    }
  }

  private Tensor embedding(WeightSource source, long... shape) {
    return keep(plain(shape, source.get("model.embed_tokens.weight", shape)), shape);
  }

  /**
   * A norm's weights times √size, in single precision: so the norm divides by a row's length and
   * never by its size, see {@link DecoderScript}.
   */
  private Tensor norm(WeightSource source, String name, int size) {
    float[] values = new float[size];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(4L * size, 64);
      widen(source.get(name, size), floats);
      for (int i = 0; i < size; i++) {
        values[i] = (float) (floats.getAtIndex(ValueLayout.JAVA_FLOAT, i) * Math.sqrt(size));
      }
    }
    return keep(Tensor.of(values, size), ElementType.F32, size);
  }

  /** Rows of several matrices of equal width under each other, in the kernel's layout. */
  private Tensor packed(Script packer, int columns, Safetensors.Entry... parts) {
    long rows = 0;
    for (Safetensors.Entry part : parts) {
      rows += part.shape()[0];
    }
    try (Tensor matrix = plain(new long[] {rows, columns}, parts)) {
      return keep(packer.call("pack", matrix), rows, columns);
    }
  }

  /** Arrays behind each other, in the chosen precision, in memory of their own. */
  private Tensor plain(long[] shape, Safetensors.Entry... parts) {
    long count = LongStream.of(shape).reduce(1, Math::multiplyExact);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(Math.multiplyExact(count, 4L), 64);
      long at = 0;
      for (Safetensors.Entry part : parts) {
        at += widen(part, floats.asSlice(at));
      }
      try (Tensor wide = Tensor.over(floats.asByteBuffer(), ElementType.F32, shape)) {
        return owned(wide);
      }
    }
  }

  private Tensor owned(Tensor wide) {
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

  private Tensor keep(Tensor tensor, long... shape) {
    return keep(tensor, precision.type(), shape);
  }

  private Tensor keep(Tensor tensor, ElementType type, long... shape) {
    owned.add(tensor);
    bytes += LongStream.of(shape).reduce(type.bytes(), Math::multiplyExact);
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
