package llmthreads.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Published matrices under each other, read as floats a few rows at a time, each column multiplied
 * by a factor of its own.
 *
 * @param matrices from the top down, of equally many columns
 * @param factors of the columns; none for 1
 */
record StackedRows(List<Part> matrices, double... factors) {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** One matrix, all of it multiplied by a scale. */
  record Part(Safetensors.Entry entry, double scale) {
    int rows() {
      return Math.toIntExact(entry.shape()[0]);
    }
  }

  /** One matrix as it is. */
  static StackedRows of(Safetensors.Entry entry) {
    return new StackedRows(List.of(new Part(entry, 1)));
  }

  int rows() {
    return matrices.stream().mapToInt(Part::rows).sum();
  }

  int columns() {
    return Math.toIntExact(matrices.getFirst().entry.shape()[1]);
  }

  /** Writes some rows, row-major. */
  void read(int from, int to, MemorySegment floats) {
    int first = 0;
    for (Part part : matrices) {
      int begin = Math.max(from, first);
      int end = Math.min(to, first + part.rows());
      if (begin < end) {
        Safetensors.Entry some = part.entry.rows(begin - first, end - first);
        MemorySegment target = floats.asSlice(4L * (begin - from) * columns());
        multiply(target.asSlice(0, widen(some, target)), part.scale);
      }
      first += part.rows();
    }
  }

  private void multiply(MemorySegment matrix, double scale) {
    if (factors.length == 0 && scale == 1) {
      return;
    }
    long count = matrix.byteSize() / 4;
    for (long i = 0; i < count; i++) {
      double factor = factors.length == 0 ? scale : factors[(int) (i % factors.length)] * scale;
      float value = matrix.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      matrix.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (value * factor));
    }
  }

  /**
   * Looks for what is wrong with some rows.
   *
   * @throws ModelException when they hold a number that is not finite
   */
  void requireFinite(int from, int to) {
    int first = 0;
    for (Part part : matrices) {
      int begin = Math.max(from, first);
      int end = Math.min(to, first + part.rows());
      if (begin < end) {
        FiniteNumbers.require(part.entry.rows(begin - first, end - first));
      }
      first += part.rows();
    }
  }

  /** All numbers of an array as floats. */
  static float[] floats(Safetensors.Entry entry) {
    float[] values = new float[Math.toIntExact(count(entry))];
    widen(entry, MemorySegment.ofArray(values));
    return values;
  }

  /** How many numbers an array has. */
  static long count(Safetensors.Entry entry) {
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

  /** One number of an array, row-major. */
  static float number(Safetensors.Entry entry, long at) {
    MemorySegment from = entry.bytes();
    return switch (entry.type()) {
      case F32 -> from.getAtIndex(FLOAT, at);
      case BF16 -> BFloat16.toFloat(from.getAtIndex(SHORT, at));
      case F16 -> Float.float16ToFloat(from.getAtIndex(SHORT, at));
      default -> throw unfit(entry);
    };
  }

  /** What is wrong with a weight that is no F32, F16 or BF16. */
  static ModelException unfit(Safetensors.Entry part) {
    return new ModelException(
        "%s is of type %s, which cannot be computed with: convert the model to F32, F16 or BF16"
            .formatted(part.name(), part.type()));
  }
}
