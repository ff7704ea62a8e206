package llmthreads.script;

import ai.djl.pytorch.jni.IValue;
import llmthreads.device.Device;

/**
 * A matrix in a layout that only the kernel knows which made it. Any number of threads multiply
 * with one; it is closed once, by who made it.
 */
public final class PackedMatrix implements Operand {
  private final IValue value;
  private boolean closed;

  PackedMatrix(IValue value) {
    this.value = value;
    LiveOperands.COUNT.incrementAndGet();
  }

  IValue value() {
    return value;
  }

  @Override
  public PackedMatrix movedTo(Device device) {
    if (device.isGpu()) {
      throw new IllegalArgumentException(
          "A matrix packed for the processor stays there, it cannot go to " + device);
    }
    return this;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      value.close();
      LiveOperands.COUNT.decrementAndGet();
    }
  }
}
