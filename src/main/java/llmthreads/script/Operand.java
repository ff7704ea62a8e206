package llmthreads.script;

/**
 * What a script computes with and native memory holds: numbers, or a matrix packed for a kernel.
 */
public sealed interface Operand extends AutoCloseable permits Tensor, PackedMatrix {
  /** How many are open in this process: zero when everything was given back. */
  static long live() {
    return LiveOperands.COUNT.get();
  }

  /** Gives the native memory back, once. */
  @Override
  void close();
}
