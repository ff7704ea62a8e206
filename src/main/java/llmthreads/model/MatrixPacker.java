package llmthreads.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import llmthreads.device.Device;
import llmthreads.script.ElementType;
import llmthreads.script.Operand;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/**
 * Brings matrices into a kernel's layout, a block of rows after the other, so that no more than a
 * block is ever there in single precision. For one thread; who makes it closes it.
 */
final class MatrixPacker implements AutoCloseable {
  /** Blocks begin at multiples of so many rows: a layout may hold as many rows together. */
  static final int UNIT = 64;

  private static final int BLOCK_NUMBERS = 1 << 17;

  /** A sum is finite only if all that it adds is, and costs little; it may overflow, though. */
  private static final String SUM_IS_FINITE =
      """

      def sum_is_finite(self, x: Tensor) -> int:
        return int(torch.isfinite(torch.sum(x)))
      """;

  private final LinearKernel kernel;
  private final ElementType type;
  private final Device device;
  private final Script script;

  /** For a type of activations, on a device. */
  MatrixPacker(LinearKernel kernel, ElementType type, Device device) {
    this.kernel = kernel;
    this.type = type;
    this.device = device;
    this.script = Script.compile("matrix packer", kernel.packing() + SUM_IS_FINITE);
  }

  /**
   * The operands of a matrix, packed by the processor and then moved to the device.
   *
   * @throws ModelException when it holds a number that is not finite
   */
  List<Operand> packed(StackedRows matrix) {
    kernel.check(matrix.rows(), matrix.columns());
    List<Tensor> parts = script.callList("room", matrix.rows(), matrix.columns(), type.code());
    try {
      place(matrix, parts);
      return script.callOperands("pack", parts).stream()
          .map(packed -> packed.movedTo(device))
          .toList();
    } finally {
      parts.forEach(Tensor::close);
    }
  }

  private void place(StackedRows matrix, List<Tensor> parts) {
    int columns = matrix.columns();
    int most = Math.min(matrix.rows(), Math.ceilDiv(BLOCK_NUMBERS, columns * UNIT) * UNIT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(4L * most * columns, 64);
      for (int at = 0; at < matrix.rows(); at += most) {
        int to = Math.min(at + most, matrix.rows());
        matrix.read(at, to, floats);
        MemorySegment read = floats.asSlice(0, 4L * (to - at) * columns);
        try (Tensor block = Tensor.over(read.asByteBuffer(), ElementType.F32, to - at, columns)) {
          if (script.callLong("sum_is_finite", block) == 0) {
            matrix.requireFinite(at, to);
          }
          script.callLong("place", parts, at, block);
        }
      }
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
