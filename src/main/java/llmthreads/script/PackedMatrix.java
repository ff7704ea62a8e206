package llmthreads.script;

import ai.djl.pytorch.jni.IValue;

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
  public void close() {
    if (!closed) {
      closed = true;
      value.close();
      LiveOperands.COUNT.decrementAndGet();
    }
  }
}
