package llmthreads.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import llmthreads.model.PublishedFiles.Factors;
import llmthreads.model.PublishedFiles.HeadNorms;
import llmthreads.model.PublishedFiles.Linear;
import llmthreads.model.PublishedFiles.Matrix;
import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * Turns published arrays into the tensors that kernels read: widened to single precision, a norm's
 * factors multiplied in, then in the chosen precision.
 *
 * @param script has the function {@code pack}
 */
record WeightPacker(Precision precision, Script script) {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A part of a matrix: some of its outputs, or some of its inputs. */
  record Cut(boolean ofInputs, Shard.Range range) {
    static Cut outputs(Shard.Range range) {
      return new Cut(false, range);
    }

    static Cut inputs(Shard.Range range) {
      return new Cut(true, range);
    }

    private Safetensors.Entry of(Safetensors.Entry matrix) {
      return ofInputs
          ? matrix.columns(range.from(), range.to())
          : matrix.rows(range.from(), range.to());
    }

    private int outputs(Safetensors.Entry matrix) {
      return ofInputs ? (int) matrix.shape()[0] : range.count();
    }
  }

  /**
   * Parts of a layer's matrices under each other, in the kernel's layout.
   *
   * @param cuts one for each matrix
   */
  Tensor packed(Linear linear, List<Cut> cuts) {
    double[] norm = linear.norm().map(WeightPacker::factors).orElseGet(() -> new double[0]);
    List<Matrix> matrices = linear.matrices();
    long columns = cuts.getFirst().of(matrices.getFirst().weights()).shape()[1];
    try (Arena arena = Arena.ofConfined()) {
      long rows = outputs(linear, cuts);
      MemorySegment floats = arena.allocate(Math.multiplyExact(rows * columns, 4L), 64);
      long at = 0;
      for (int i = 0; i < matrices.size(); i++) {
        long bytes = widen(cuts.get(i).of(matrices.get(i).weights()), floats.asSlice(at));
        multiply(floats.asSlice(at, bytes), norm, matrices.get(i).scale());
        at += bytes;
      }
      try (Tensor wide = Tensor.over(floats.asByteBuffer(), ElementType.F32, rows, columns);
          Tensor matrix = inPrecision(wide)) {
        return script.call("pack", matrix);
      }
    }
  }

  /** Multiplies each column of a matrix by its own factor, if there are any, and all by one. */
  private static void multiply(MemorySegment matrix, double[] columns, double all) {
    if (columns.length == 0 && all == 1) {
      return;
    }
    long count = matrix.byteSize() / 4;
    for (long i = 0; i < count; i++) {
      double factor = columns.length == 0 ? all : columns[(int) (i % columns.length)] * all;
      float value = matrix.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      matrix.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (value * factor));
    }
  }

  /**
   * What is added to the outputs of {@link #packed}; zeros where the matrices have no bias.
   *
   * @param counts whether this part adds it; of several that are summed one does
   */
  Tensor bias(Linear linear, List<Cut> cuts, boolean counts) {
    Optional<float[]> added = linear.norm().flatMap(Factors::bias).map(WeightPacker::floats);
    float[] sums = new float[outputs(linear, cuts)];
    int at = 0;
    for (int i = 0; counts && i < cuts.size(); i++) {
      Cut cut = cuts.get(i);
      Matrix matrix = linear.matrices().get(i);
      int count = cut.outputs(matrix.weights());
      double[] part = new double[count];
      if (matrix.bias().isPresent()) {
        float[] bias = floats(matrix.bias().get());
        int from = cut.ofInputs ? 0 : cut.range.from();
        Arrays.setAll(part, row -> bias[from + row]);
      }
      if (added.isPresent()) {
        addProduct(part, cut.of(matrix.weights()), added.get());
      }
      for (double sum : part) {
        sums[at++] = (float) (sum * matrix.scale());
      }
    }
    return rounded(sums, sums.length);
  }

  /** Adds to each row's sum its product with a column. */
  private static void addProduct(double[] sums, Safetensors.Entry matrix, float... column) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(Math.multiplyExact(count(matrix), 4L), 64);
      widen(matrix, floats);
      for (int row = 0; row < sums.length; row++) {
        long from = (long) row * column.length;
        for (int i = 0; i < column.length; i++) {
          sums[row] += (double) floats.getAtIndex(ValueLayout.JAVA_FLOAT, from + i) * column[i];
        }
      }
    }
  }

  /**
   * The factors of head norms, for every head of a share, {@code [queryHeads + keyHeads, 1,
   * headSize]}.
   */
  Tensor headNorms(HeadNorms norms, int queryHeads, int keyHeads) {
    double[] query = ofLength(norms.query());
    double[] key = ofLength(norms.key());
    int heads = queryHeads + keyHeads;
    float[] all = new float[heads * key.length];
    for (int i = 0; i < all.length; i++) {
      boolean ofQuery = i < queryHeads * key.length;
      all[i] = (float) (ofQuery ? query : key)[i % key.length];
    }
    return rounded(all, heads, 1, key.length);
  }

  /** Some rows of a matrix as they are, in the chosen precision, in memory of their own. */
  Tensor rows(Safetensors.Entry matrix, Shard.Range range) {
    Safetensors.Entry part = Cut.outputs(range).of(matrix);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(4L * count(part), 64);
      widen(part, floats);
      try (Tensor wide = Tensor.over(floats.asByteBuffer(), ElementType.F32, part.shape())) {
        return inPrecision(wide);
      }
    }
  }

  /** Numbers in the chosen precision. */
  Tensor rounded(float[] values, long... shape) {
    try (Tensor wide = Tensor.of(values, shape)) {
      return inPrecision(wide);
    }
  }

  /** How many outputs the parts have together. */
  static int outputs(Linear linear, List<Cut> cuts) {
    int outputs = 0;
    for (int i = 0; i < cuts.size(); i++) {
      outputs += cuts.get(i).outputs(linear.matrices().get(i).weights());
    }
    return outputs;
  }

  /**
   * What a norm multiplies by behind what the script computes: a LayerNorm, the one with a bias,
   * comes out with a mean square of 1, and the other with a length of 1.
   */
  private static double[] factors(Factors norm) {
    return norm.bias().isPresent() ? doubles(norm.weights(), 1) : ofLength(norm.weights());
  }

  /** A norm's weights times √size. */
  private static double[] ofLength(Safetensors.Entry weights) {
    return doubles(weights, Math.sqrt(weights.shape()[0]));
  }

  private static double[] doubles(Safetensors.Entry entry, double factor) {
    float[] values = floats(entry);
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i] * factor);
    return doubles;
  }

  private static float[] floats(Safetensors.Entry entry) {
    float[] values = new float[Math.toIntExact(count(entry))];
    widen(entry, MemorySegment.ofArray(values));
    return values;
  }

  private Tensor inPrecision(Tensor wide) {
    return precision == Precision.F32 ? wide.copy() : wide.to(precision.type());
  }

  private static long count(Safetensors.Entry entry) {
    return entry.bytes().byteSize() / entry.type().bytes();
  }

  /** Writes an entry as floats; how many bytes were written. */
  private static long widen(Safetensors.Entry part, MemorySegment target) {
    MemorySegment from = part.bytes();
    long count = count(part);
    switch (part.type()) {
      case F32 -> MemorySegment.copy(from, 0, target, 0, from.byteSize());
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
      default -> throw unfit(part);
    }
    return count * 4;
  }

  /** What is wrong with a weight that is no F32, F16 or BF16. */
  static ModelException unfit(Safetensors.Entry part) {
    return new ModelException(
        "A weight of type %s cannot be computed with: convert the model to F32, F16 or BF16"
            .formatted(part.type()));
  }
}
