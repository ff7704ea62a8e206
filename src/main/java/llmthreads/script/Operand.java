package llmthreads.script;

import llmthreads.device.Device;

/**
 * What a script computes with and native memory holds: numbers, or a matrix packed for a kernel.
 */
public sealed interface Operand extends AutoCloseable permits Tensor, PackedMatrix {
  /** How many are open in this process: zero when everything was given back. */
  static long live() {
    return LiveOperands.COUNT.get();
  }

  /**
   * The same values on a device: this one where it lies there already, else a new one, and this one
   * is closed.
   *
   * @throws NativeMemoryException when the device has not enough memory
   * @throws IllegalArgumentException when it is packed for another kind of device
   */
  Operand movedTo(Device device);

  /** Gives the native memory back, once. */
  @Override
  void close();
}
