package llmthreads.kernel.interpreter;

import java.util.Arrays;

/**
 * What {@code System.exit} and its kin are in the code of a cell: an error of that cell. It is no
 * exception, so that a cell which catches those ends all the same.
 */
public final class ExitError extends Error {
  private static final long serialVersionUID = 1;

  private ExitError(int status) {
    super(
        "The cell wants to end the process with status "
            + status
            + ", and with it the kernel and all that cells have declared. To end a cell early,"
            + " throw an exception; to end the kernel, use the menu of the notebook.");
    StackTraceElement[] frames = getStackTrace();
    setStackTrace(Arrays.copyOfRange(frames, 1, frames.length));
  }

  /** Stands in cell code where {@code System.exit(status)} was written. */
  @SuppressWarnings("DoNotCallSuggester")
  public static void exit(int status) {
    throw new ExitError(status);
  }

  /** Stands where {@code runtime.exit(status)} or {@code runtime.halt(status)} was written. */
  @SuppressWarnings("DoNotCallSuggester")
  public static void exit(Runtime runtime, int status) {
    throw new ExitError(status);
  }
}
