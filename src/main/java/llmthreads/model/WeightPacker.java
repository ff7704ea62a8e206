package llmthreads.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
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
        at += widen(cuts.get(i).of(matrices.get(i).weights()), floats.asSlice(at));
      }
      for (long i = 0; norm.length > 0 && i < rows * columns; i++) {
        float value = floats.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (value * norm[(int) (i % columns)]));
      }
      try (Tensor wide = Tensor.over(floats.asByteBuffer(), ElementType.F32, rows, columns);
          Tensor matrix = inPrecision(wide)) {
        return script.call("pack", matrix);
      }
    }
  }

  /**
   * What is added to the outputs of {@link #packed}; zeros where the matrices have no bias.
   *
   * @param counts whether this part adds it; of several that are summed one does
   */
  Tensor bias(Linear linear, List<Cut> cuts, boolean counts) {
    float[] sums = new float[outputs(linear, cuts)];
    int at = 0;
    for (int i = 0; i < cuts.size(); i++) {
      Cut cut = cuts.get(i);
      Matrix matrix = linear.matrices().get(i);
      int count = cut.outputs(matrix.weights());
      if (counts && matrix.bias().isPresent()) {
        int from = cut.ofInputs ? 0 : cut.range.from();
        System.arraycopy(floats(matrix.bias().get()), from, sums, at, count);
      }
      at += count;
    }
    return rounded(sums, sums.length);
  }

  /**
   * The factors of head norms, for every head of a share, {@code [queryHeads + keyHeads, 1,
   * headSize]}.
   */
  Tensor headNorms(HeadNorms norms, int queryHeads, int keyHeads) {
    double[] query = factors(norms.query());
    double[] key = factors(norms.key());
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

  /** A norm's weights times √size. */
  private static double[] factors(Safetensors.Entry norm) {
    float[] weights = floats(norm);
    double[] factors = new double[weights.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = weights[i] * Math.sqrt(factors.length);
    }
    return factors;
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
      default ->
          throw new ModelException(
              "A weight of type %s cannot be computed with: convert the model to F32, F16 or BF16"
                  .formatted(part.type()));
    }
    return count * 4;
  }
}
