package llmthreads.kernel.comm;

/**
 * A function that a cell has given, to be called when something happens later. It stays bound to
 * that cell: what it prints and shows, and the error that ends it, appear below the cell, and an
 * interrupt of the kernel ends it. Safe for use by several threads.
 *
 * @param <T> what it is told
 */
public final class Callback<T> {
  /**
   * What the function does; it may throw anything.
   *
   * @param <T> what it is told
   */
  @FunctionalInterface
  public interface Action<T> {
    /** Does it. */
    void accept(T value) throws Exception;
  }

  private final Action<? super T> action;
  private final Comms.Cell cell;

  /** Binds a function to the cell that is running. */
  public Callback(Action<? super T> action) {
    this.action = action;
    cell = Comms.current().cell();
  }

  /**
   * Calls it between cells, on the thread of cells, and waits for its end; only the thread of the
   * kernel that receives messages may ask for that. A failure is shown, not thrown.
   */
  public void call(T value) {
    cell.run(() -> action.accept(value));
  }

  /**
   * Calls it on this thread, as part of the code that brought the event about.
   *
   * @throws IllegalStateException if it fails with a checked exception
   */
  public void callHere(T value) {
    try {
      action.accept(value);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("A callback has failed: " + e, e);
    }
  }
}
