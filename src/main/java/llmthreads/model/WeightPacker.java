package llmthreads.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import llmthreads.device.Device;
import llmthreads.model.PublishedFiles.Factors;
import llmthreads.model.PublishedFiles.HeadNorms;
import llmthreads.model.PublishedFiles.Linear;
import llmthreads.model.PublishedFiles.Matrix;
import llmthreads.script.ElementType;
import llmthreads.script.Tensor;

/**
 * Turns published arrays into what a decoder reads: a norm's factors multiplied into the matrix
 * behind it, what it adds into that matrix's bias.
 *
 * @param type of activations
 * @param device where they lie
 */
record WeightPacker(ElementType type, Device device) {
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
   * Parts of a layer's matrices under each other.
   *
   * @param cuts one for each matrix
   */
  static StackedRows rows(Linear linear, List<Cut> cuts) {
    List<StackedRows.Part> parts = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      Matrix matrix = linear.matrices().get(i);
      parts.add(new StackedRows.Part(cuts.get(i).of(matrix.weights()), matrix.scale()));
    }
    return new StackedRows(parts, linear.norm().map(WeightPacker::factors).orElse(new double[0]));
  }

  /**
   * What is added to the outputs of {@link #rows}; zeros where the matrices have no bias.
   *
   * @param counts whether this part adds it; of several that are summed one does
   */
  Tensor bias(Linear linear, List<Cut> cuts, boolean counts) {
    Optional<float[]> added = linear.norm().flatMap(Factors::bias).map(FiniteNumbers::of);
    float[] sums = new float[outputs(linear, cuts)];
    int at = 0;
    for (int i = 0; counts && i < cuts.size(); i++) {
      Cut cut = cuts.get(i);
      Matrix matrix = linear.matrices().get(i);
      int count = cut.outputs(matrix.weights());
      double[] part = new double[count];
      if (matrix.bias().isPresent()) {
        float[] bias = FiniteNumbers.of(matrix.bias().get());
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
    for (int row = 0; row < sums.length; row++) {
      float[] weights = StackedRows.floats(matrix.rows(row, row + 1));
      for (int i = 0; i < column.length; i++) {
        sums[row] += (double) weights[i] * column[i];
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

  /** Numbers in the type of activations. */
  Tensor rounded(float[] values, long... shape) {
    try (Tensor wide = Tensor.of(values, shape)) {
      return (type == ElementType.F32 ? wide.copy() : wide.to(type)).movedTo(device);
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
    float[] values = FiniteNumbers.of(entry);
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i] * factor);
    return doubles;
  }
}
