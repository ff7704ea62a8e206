package llmthreads.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import llmthreads.script.ElementType;

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

  /** Numbers that are widened at once. */
  private static final int CHUNK = 4096;

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
    float[] row = new float[columns()];
    for (long at = 0; at < matrix.byteSize(); at += 4L * row.length) {
      MemorySegment.copy(matrix, ValueLayout.JAVA_FLOAT, at, row, 0, row.length);
      for (int i = 0; i < row.length; i++) {
        double factor = factors.length == 0 ? scale : factors[i] * scale;
        row[i] = (float) (row[i] * factor);
      }
      MemorySegment.copy(row, 0, matrix, ValueLayout.JAVA_FLOAT, at, row.length);
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
      case BF16, F16 -> widenHalves(part, target);
      default -> throw unfit(part);
    }
    return count * 4;
  }

  /** By way of arrays: a JVM that has just begun loops over them many times faster. */
  private static void widenHalves(Safetensors.Entry part, MemorySegment target) {
    short[] halves = new short[CHUNK];
    float[] values = new float[CHUNK];
    long count = count(part);
    for (long at = 0; at < count; at += CHUNK) {
      int some = (int) Math.min(CHUNK, count - at);
      MemorySegment.copy(part.bytes(), SHORT, at * Short.BYTES, halves, 0, some);
      if (part.type() == ElementType.BF16) {
        widenBFloats(halves, values);
      } else {
        widenFloat16s(halves, values);
      }
      MemorySegment.copy(values, 0, target, ValueLayout.JAVA_FLOAT, at * Float.BYTES, some);
    }
  }

  private static void widenBFloats(short[] halves, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = BFloat16.toFloat(halves[i]);
    }
  }

  private static void widenFloat16s(short[] halves, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.float16ToFloat(halves[i]);
    }
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
