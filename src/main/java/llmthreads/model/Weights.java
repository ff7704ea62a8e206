package llmthreads.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import llmthreads.device.Device;
import llmthreads.script.NativeMemoryException;
import llmthreads.script.Operand;
import llmthreads.script.Operands;
import llmthreads.script.Tensor;

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
  /** Places in {@link #ends}. */
  private static final int POSITIONS = 0;

  private static final int EMBEDDING = 3;

  /** From here on all belong to the head. */
  private static final int HEAD = 4;

  private final Form form;
  private final Operands layers;
  private final Operands ends;
  private final Tensor none;
  private final Map<Operand, Long> sizes;
  private final List<Operand> owned;

  /** What they are, and of which model. */
  record Form(
      Config config,
      Precision precision,
      LinearKernel kernel,
      Device device,
      LayerRange range,
      Shard shard) {
    /** How many bytes they take, but for small tensors. */
    long bytes() {
      long table = (long) config.vocabularySize() * config.hiddenSize();
      long inside = config.parameters() - table * (config.tiedEmbeddings() ? 1 : 2);
      long bytes = precision.matrixBytes(1, inside * range.count() / config.layers());
      if (range.from() == 0) {
        bytes += table * precision.activations().bytes();
      }
      if (range.to() == config.layers()) {
        bytes += precision.head().matrixBytes(config.vocabularySize(), config.hiddenSize());
      }
      return bytes / shard.count();
    }

    int layerTensors() {
      return config.design().layerTensors(kernel.parts());
    }
  }

  /**
   * Takes operands over.
   *
   * @param none stands where a stage has nothing
   * @param sizes of operands, in bytes
   * @param owned what is closed with these
   */
  Weights(
      Form form,
      List<Operand> layers,
      List<Operand> ends,
      Tensor none,
      Map<Operand, Long> sizes,
      List<Operand> owned) {
    this.form = form;
    this.layers = new Operands(layers);
    this.ends = new Operands(ends);
    this.none = none;
    this.sizes = Map.copyOf(sizes);
    this.owned = List.copyOf(owned);
  }

  /** All layers of a model, with the fastest kernel that the processor has. */
  public static Weights load(Config config, WeightSource source, Precision precision) {
    return load(config, source, precision, Device.cpu(), LayerRange.all(config), Shard.WHOLE);
  }

  /**
   * Some layers of a model, or one worker's share of them, on a device, with the fastest kernel
   * that it has; nothing else is read.
   *
   * <p>A range that begins with layer 0 brings the embedding, one that ends with the last layer
   * brings the output head. While they are loaded, they take little more memory than they do then.
   *
   * @throws ModelException when a tensor is missing or shaped otherwise than the config says, has a
   *     shape that the kernel cannot hold, or memory runs out; nothing is left of it then
   */
  public static Weights load(
      Config config,
      WeightSource source,
      Precision precision,
      Device device,
      LayerRange range,
      Shard shard) {
    LinearKernel kernel = LinearKernel.best(precision, device, config.inputs());
    return load(new Form(config, precision, kernel, device, range, shard), source);
  }

  /** The same on the processor, laid out for a kernel of the caller's choice. */
  public static Weights load(
      Config config,
      WeightSource source,
      Precision precision,
      LinearKernel kernel,
      LayerRange range,
      Shard shard) {
    return load(new Form(config, precision, kernel, Device.cpu(), range, shard), source);
  }

  private static Weights load(Form form, WeightSource source) {
    try (WeightLoader loader = new WeightLoader(form, source)) {
      return loader.load();
    } catch (NativeMemoryException | OutOfMemoryError e) {
      throw new ModelException(
          "%s: there is not enough memory for the weights in %s, which take about %d MB: close what else is loaded, or take a smaller precision (%s)"
              .formatted(source.origin(), form.precision, form.bytes() / 1_000_000, e.getMessage()),
          e);
    }
  }

  /**
   * Some of these layers, sharing their memory: for a stage of a pipeline. Closed before these.
   *
   * @throws IllegalArgumentException when they are not among these
   */
  public Weights stage(LayerRange some) {
    LayerRange range = range();
    if (some.from() < range.from() || some.to() > range.to()) {
      throw new IllegalArgumentException("%s is not within %s".formatted(some, range));
    }
    int perLayer = form.layerTensors();
    int from = (some.from() - range.from()) * perLayer;
    List<Operand> once = new ArrayList<>(ends.all());
    if (some.from() > 0) {
      once.set(EMBEDDING, none);
      if (form.config.design().positions() instanceof Positions.Learned) {
        once.set(POSITIONS, none);
      }
    }
    if (some.to() < range.to()) {
      once.subList(HEAD, once.size()).replaceAll(all -> none);
    }
    return new Weights(
        new Form(form.config, precision(), kernel(), device(), some, shard()),
        layers.all().subList(from, from + some.count() * perLayer),
        once,
        none,
        sizes,
        List.of());
  }

  /** In which numbers they are. */
  public Precision precision() {
    return form.precision;
  }

  /** For which kernel they are laid out. */
  public LinearKernel kernel() {
    return form.kernel;
  }

  /** Where they lie and are multiplied. */
  public Device device() {
    return form.device;
  }

  /** Which layers they are. */
  public LayerRange range() {
    return form.range;
  }

  /** Which share of the layers they are. */
  public Shard shard() {
    return form.shard;
  }

  /** Native memory that the weights take, in bytes; a stage's lie within the whole model's. */
  public long bytes() {
    return Stream.of(layers, ends)
        .flatMap(list -> list.all().stream())
        .mapToLong(operand -> sizes.getOrDefault(operand, 0L))
        .sum();
  }

  /**
   * Four matrices a layer: query-key-value, output, gate-up, down; where a matrix is held in
   * several parts, then the second part of each, and so on; then their biases, then the factors of
   * head norms, where the design has any.
   */
  Operands layers() {
    return layers;
  }

  /** How many operands of {@link #layers} belong to one layer. */
  int layerTensors() {
    return form.layerTensors();
  }

  /**
   * What is there once: cosines and sines, or the embedding of positions; what a norm adds to a
   * row's squared length; what is added to a score that must not count; embedding, the head's bias,
   * the head's parts. What a stage has not is an empty tensor. Numbers are tensors, since a script
   * makes a tensor of a number anew in every operator.
   */
  Operands ends() {
    return ends;
  }

  /** Gives the native memory back. */
  @Override
  public void close() {
    layers.close();
    ends.close();
    owned.forEach(Operand::close);
  }
}
