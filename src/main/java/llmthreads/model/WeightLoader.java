package llmthreads.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import llmthreads.device.Device;
import llmthreads.model.PublishedFiles.HeadNorms;
import llmthreads.model.PublishedFiles.Linear;
import llmthreads.model.WeightPacker.Cut;
import llmthreads.script.ElementType;
import llmthreads.script.Operand;
import llmthreads.script.Tensor;

/**
 * Reads the operands of {@link Weights}. The greatest come first: what packing takes beside a
 * matrix is then there while little else is.
 */
final class WeightLoader implements AutoCloseable {
  /** Added to the score of a position that a token must not see: its weight becomes an exact 0. */
  static final float UNSEEN = -1e30f;

  private final Weights.Form form;
  private final Config config;
  private final Design design;
  private final Shard shard;
  private final ElementType type;
  private final WeightSource source;
  private final PublishedFiles files;
  private final WeightPacker packer;
  private final MatrixPacker matrices;
  private final MatrixPacker heads;
  private final MatrixPacker tables;
  private final Map<Operand, Long> sizes = new HashMap<>();
  private final List<Operand> owned = new ArrayList<>();
  private final Tensor none;

  WeightLoader(Weights.Form form, WeightSource source) {
    this.form = form;
    this.config = form.config();
    this.design = config.design();
    this.shard = form.shard();
    this.type = form.precision().activations();
    this.source = source;
    this.files = design.architecture().files();
    Device device = form.device();
    this.packer = new WeightPacker(type, device);
    this.matrices = new MatrixPacker(form.kernel(), type, device);
    this.heads = new MatrixPacker(form.kernel().head(), type, device);
    this.tables = new MatrixPacker(FloatKernel.PLAIN, type, device);
    this.none = keep(Tensor.zeros(device, type, 0), 0);
  }

  /** Reads all; called once. */
  Weights load() {
    try {
      List<Operand> ends = ends();
      List<Operand> layers = new ArrayList<>();
      for (int layer = form.range().from(); layer < form.range().to(); layer++) {
        layers.addAll(layer(files.layer(config, source, layer)));
      }
      return new Weights(form, layers, ends, none, sizes, owned);
    } catch (RuntimeException | Error e) {
      owned.forEach(Operand::close);
      throw e;
    }
  }

  private List<Operand> ends() {
    LayerRange range = form.range();
    Shard.Range tokens = shard.columns(config.vocabularySize());
    List<Operand> head =
        new ArrayList<>(Collections.nCopies(1 + form.kernel().head().parts(), none));
    if (range.to() == config.layers()) {
      Linear published = files.head(config, source);
      List<Cut> cut = List.of(Cut.outputs(tokens));
      head.clear();
      head.add(design.norm() == Design.Norm.LAYER ? bias(published, cut) : none);
      head.addAll(packed(heads, form.precision().head(), WeightPacker.rows(published, cut)));
    }
    Operand embedding = none;
    if (range.from() == 0) {
      embedding = table(files.embedding(config, source), tokens);
    }
    float[] epsilon = {(float) (config.normEpsilon() * config.hiddenSize())};
    List<Operand> ends = new ArrayList<>();
    ends.add(positions());
    ends.add(keep(Tensor.of(epsilon, 1).movedTo(form.device()), ElementType.F32.bytes()));
    ends.add(rounded(new float[] {UNSEEN}, 1));
    ends.add(embedding);
    ends.addAll(head);
    return ends;
  }

  /** What tells a row its position: in every layer, or once, before the first. */
  private Operand positions() {
    return switch (design.positions()) {
      case Rotary _ ->
          rounded(RotaryTable.of(config), config.context(), 3L * config.headSize() / 2);
      case Positions.Learned _ when form.range().from() == 0 ->
          table(
              files.positions(config, source).orElseThrow(), new Shard.Range(0, config.context()));
      case Positions.Learned _ -> none;
    };
  }

  private List<Operand> layer(PublishedFiles.Layer published) {
    List<Linear> linears = published.all();
    List<List<Cut>> cuts = cuts(linears);
    List<List<Operand>> packed = new ArrayList<>();
    for (int i = 0; i < linears.size(); i++) {
      StackedRows rows = WeightPacker.rows(linears.get(i), cuts.get(i));
      packed.add(packed(matrices, form.precision(), rows));
    }
    List<Operand> layer = new ArrayList<>();
    for (int part = 0; part < form.kernel().parts(); part++) {
      for (List<Operand> matrix : packed) {
        layer.add(matrix.get(part));
      }
    }
    for (int i = 0; design.biased() && i < linears.size(); i++) {
      layer.add(bias(linears.get(i), cuts.get(i)));
    }
    published.headNorms().ifPresent(norms -> layer.add(headNorms(norms)));
    return layer;
  }

  /** This shard's parts of a layer's matrices. */
  private List<List<Cut>> cuts(List<Linear> linears) {
    Shard.Range queries = shard.queryColumns(config);
    Cut keyValues = Cut.outputs(shard.keyValueColumns(config));
    Shard.Range wide = shard.columns(config.feedForwardSize());
    int parallel = linears.get(2).matrices().size();
    return List.of(
        List.of(Cut.outputs(queries), keyValues, keyValues),
        List.of(behind(queries)),
        Collections.nCopies(parallel, Cut.outputs(wide)),
        List.of(behind(wide)));
  }

  /** A share of the matrix behind one that was cut by its output columns. */
  private Cut behind(Shard.Range columns) {
    return switch (shard.form()) {
      case GATHERED -> Cut.outputs(shard.columns(config.hiddenSize()));
      case REDUCED -> Cut.inputs(columns);
    };
  }

  private List<Operand> packed(MatrixPacker packer, Precision precision, StackedRows rows) {
    List<Operand> parts = packer.packed(rows);
    parts.forEach(part -> keep(part, 0));
    sizes.put(parts.getFirst(), precision.matrixBytes(rows.rows(), rows.columns()));
    return parts;
  }

  private Operand table(Safetensors.Entry all, Shard.Range range) {
    StackedRows rows = StackedRows.of(all.rows(range.from(), range.to()));
    long bytes = (long) rows.rows() * rows.columns() * type.bytes();
    return keep(tables.packed(rows).getFirst(), bytes);
  }

  private Tensor bias(Linear linear, List<Cut> cuts) {
    boolean counts = shard.index() == 0 || !cuts.getFirst().ofInputs();
    return keep(
        packer.bias(linear, cuts, counts),
        (long) WeightPacker.outputs(linear, cuts) * type.bytes());
  }

  private Tensor headNorms(HeadNorms norms) {
    int keyHeads = shard.keyValueHeads(config).count();
    int queryHeads = keyHeads * (config.heads() / config.keyValueHeads());
    return keep(
        packer.headNorms(norms, queryHeads, keyHeads),
        (long) (queryHeads + keyHeads) * config.headSize() * type.bytes());
  }

  private Tensor rounded(float[] values, long... shape) {
    return keep(packer.rounded(values, shape), (long) values.length * type.bytes());
  }

  private <T extends Operand> T keep(T operand, long bytes) {
    owned.add(operand);
    sizes.put(operand, bytes);
    return operand;
  }

  @Override
  public void close() {
    matrices.close();
    heads.close();
    tables.close();
  }
}
