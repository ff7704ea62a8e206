package llmthreads.kernel.interpreter;

/**
 * What a kernel needs of a language. All methods but {@link #interrupt} are called by one thread at
 * a time.
 */
public interface Interpreter extends AutoCloseable {
  /**
   * Runs a cell to its end.
   *
   * @param code the text of the cell
   * @param cell its number, which traces name
   */
  Outcome execute(String code, int cell);

  /** Ends the running cell soon; does nothing when none runs. Any thread may call it. */
  void interrupt();

  @Override
  void close();
}
