package llmthreads.script;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import llmthreads.device.Device;

/**
 * An array in native memory that scripts take and return.
 *
 * <p>DJL's own arrays know no bfloat16 and end the process when asked for it, so the rest of the
 * module holds this handle instead. Reading is safe from any number of threads; a tensor is closed
 * once, by who made it.
 */
public final class Tensor implements Operand {
  private static final ai.djl.Device PROCESSOR = ai.djl.Device.cpu();

  private final PtNDArray array;
  private boolean closed;

  Tensor(PtNDArray array) {
    this.array = array;
    LiveOperands.COUNT.incrementAndGet();
  }

  /** Copies {@code values}, row-major, into a tensor of the given shape. */
  public static Tensor of(float[] values, long... shape) {
    checkCount(values.length, shape);
    ByteBuffer bytes = direct(values.length * 4L);
    bytes.asFloatBuffer().put(FloatBuffer.wrap(values));
    return over(bytes, ElementType.F32, shape);
  }

  /**
   * Copies {@code values}, row-major, into an {@link ElementType#I64} tensor of the given shape.
   */
  public static Tensor of(long[] values, long... shape) {
    checkCount(values.length, shape);
    ByteBuffer bytes = direct(values.length * 8L);
    bytes.asLongBuffer().put(LongBuffer.wrap(values));
    return over(bytes, ElementType.I64, shape);
  }

  /**
   * A tensor of zeros.
   *
   * @throws NativeMemoryException when there is not enough memory
   */
  public static Tensor zeros(ElementType type, long... shape) {
    if (type == ElementType.BF16) {
      try (Tensor wide = zeros(ElementType.F32, shape)) {
        return wide.to(type);
      }
    }
    try {
      return new Tensor(
          JniUtils.createZerosNdArray(
              PyTorch.manager(), new Shape(shape), djl(type), PROCESSOR, SPARSE_FORMAT));
    } catch (EngineException e) {
      throw NativeMemoryException.or("A tensor of zeros " + Arrays.toString(shape), e);
    }
  }

  /**
   * A tensor of zeros on a device.
   *
   * @throws NativeMemoryException when it has not enough memory
   */
  public static Tensor zeros(Device device, ElementType type, long... shape) {
    return device.isGpu()
        ? Builtin.SCRIPT.call("zeros", device.toString(), type.code(), shape)
        : zeros(type, shape);
  }

  /**
   * A tensor over the bytes of a direct buffer, without a copy; the buffer stays reachable as long
   * as the tensor does. Only {@link ElementType#BF16} is copied.
   *
   * @param bytes little-endian elements from the buffer's position to its limit
   */
  public static Tensor over(ByteBuffer bytes, ElementType type, long... shape) {
    long wanted = count(shape) * type.bytes();
    if (bytes.remaining() != wanted) {
      throw new IllegalArgumentException(
          "A %s tensor of shape %s takes %d bytes, the buffer holds %d"
              .formatted(type, Arrays.toString(shape), wanted, bytes.remaining()));
    }
    if (!bytes.isDirect()) {
      throw new IllegalArgumentException(
          "A tensor lies over a direct buffer, this one is on the Java heap");
    }
    if (type == ElementType.BF16) {
      return widened(bytes, shape);
    }
    ByteBuffer slice = bytes.slice().order(ByteOrder.nativeOrder());
    return new Tensor(
        JniUtils.createNdFromByteBuffer(
            PyTorch.manager(), slice, new Shape(shape), djl(type), SPARSE_FORMAT, PROCESSOR));
  }

  private static final ai.djl.ndarray.types.SparseFormat SPARSE_FORMAT =
      ai.djl.ndarray.types.SparseFormat.DENSE;

  /**
   * DJL has no bfloat16 to lay over bytes: each number goes through a float, which changes none.
   */
  private static Tensor widened(ByteBuffer bytes, long... shape) {
    ShortBuffer halves = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    ByteBuffer wide = direct(halves.remaining() * 4L);
    FloatBuffer floats = wide.asFloatBuffer();
    while (halves.hasRemaining()) {
      floats.put(Float.intBitsToFloat(halves.get() << 16));
    }
    try (Tensor tensor = over(wide, ElementType.F32, shape)) {
      return tensor.to(ElementType.BF16);
    }
  }

  /** The size of each dimension. */
  public long[] shape() {
    return array().getShape().getShape();
  }

  /** The type of one element. */
  public ElementType type() {
    return ElementType.ofCode(Builtin.SCRIPT.callLong("type_of", this));
  }

  /** A new tensor of the same values in another type. */
  public Tensor to(ElementType type) {
    return Builtin.SCRIPT.call("cast", this, (long) type.code());
  }

  /** A new tensor of the same values in memory of its own. */
  public Tensor copy() {
    return Builtin.SCRIPT.call("copy", this);
  }

  @Override
  public Tensor movedTo(Device device) {
    return device.isGpu() ? moved(device.toString()) : here();
  }

  /** On the processor, from where Java reads. */
  Tensor here() {
    return array().getDevice().isGpu() ? moved("cpu") : this;
  }

  private Tensor moved(String device) {
    try {
      return Builtin.SCRIPT.call("moved", this, device);
    } finally {
      close();
    }
  }

  /** The values as floats, row-major, whatever the type. */
  public float[] toFloats() {
    try (Tensor wide = to(ElementType.F32).here()) {
      return wide.array().toFloatArray();
    }
  }

  /** The values as longs, row-major, of a tensor of integers. */
  public long[] toLongs() {
    try (Tensor wide = to(ElementType.I64).here()) {
      return wide.array().toLongArray();
    }
  }

  PtNDArray array() {
    if (closed) {
      throw new IllegalStateException("This tensor was closed");
    }
    return array;
  }

  /** Gives the native memory back; later calls do nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      array.close();
      LiveOperands.COUNT.decrementAndGet();
    }
  }

  private static DataType djl(ElementType type) {
    return switch (type) {
      case U8 -> DataType.UINT8;
      case I8 -> DataType.INT8;
      case I32 -> DataType.INT32;
      case I64 -> DataType.INT64;
      case F16 -> DataType.FLOAT16;
      case F32 -> DataType.FLOAT32;
      case BOOL -> DataType.BOOLEAN;
      case BF16 -> throw new IllegalArgumentException("DJL has no bfloat16");
    };
  }

  private static ByteBuffer direct(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  private static long count(long... shape) {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    return count;
  }

  private static void checkCount(int given, long... shape) {
    if (count(shape) != given) {
      throw new IllegalArgumentException(
          "Shape %s has %d elements, %d were given"
              .formatted(Arrays.toString(shape), count(shape), given));
    }
  }
}
