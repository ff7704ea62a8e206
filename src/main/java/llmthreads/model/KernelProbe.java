package llmthreads.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import llmthreads.script.ElementType;
import llmthreads.script.Operand;
import llmthreads.script.Operands;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * Tries which kernels this machine has: of each precision it multiplies rows of ones, the greatest
 * number of every format, with a matrix of ones. What comes out must be the number of inputs, which
 * it is not where sums saturate.
 */
final class KernelProbe {
  /** The fastest kernel of each precision; none where none works. */
  static final Map<Precision, LinearKernel> BEST = new EnumMap<>(Precision.class);

  private static final List<Integer> ROWS = List.of(1, 4, 64);
  private static final int OUTPUTS = 64;
  private static final int INPUTS = 256;

  static {
    for (Precision precision : Precision.values()) {
      candidates(precision).stream()
          .filter(kernel -> works(kernel, precision.activations()))
          .findFirst()
          .ifPresent(kernel -> BEST.put(precision, kernel));
    }
  }

  private KernelProbe() {}

  /** The fastest first. */
  private static List<LinearKernel> candidates(Precision precision) {
    return switch (precision) {
      case F32, BF16 -> List.of(FloatKernel.PACKED, FloatKernel.PLAIN);
      case INT8 -> List.of(Int8Kernel.values());
      case INT4 -> List.of(Int4Kernel.GROUPED);
    };
  }

  private static boolean works(LinearKernel kernel, ElementType type) {
    List<Operand> matrix = new ArrayList<>();
    try (Script script = Script.compile("kernel probe", kernel.functions());
        Tensor ones = ones(OUTPUTS, type)) {
      matrix.addAll(script.callOperands("packed", ones));
      try (Operands operands = new Operands(matrix)) {
        return ROWS.stream().allMatch(rows -> isRight(script, operands, rows, type));
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      return false;
    } finally {
      matrix.forEach(Operand::close);
    }
  }

  private static boolean isRight(Script script, Operands matrix, int rows, ElementType type) {
    try (Tensor x = ones(rows, type);
        Tensor y = script.call("linear", x, matrix, 0)) {
      float[] sums = y.toFloats();
      for (float sum : sums) {
        if (Math.abs(sum - INPUTS) > 0.5) {
          return false;
        }
      }
      return sums.length == rows * OUTPUTS;
    }
  }

  private static Tensor ones(int rows, ElementType type) {
    float[] values = new float[rows * INPUTS];
    Arrays.fill(values, 1);
    try (Tensor wide = Tensor.of(values, rows, INPUTS)) {
      return wide.to(type);
    }
  }
}
