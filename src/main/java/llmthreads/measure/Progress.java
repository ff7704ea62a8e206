package llmthreads.measure;

import java.io.PrintStream;
import java.util.Locale;

/** Hears how far a long run has come. Called by the thread that runs, so it must be quick. */
@FunctionalInterface
public interface Progress {
  /**
   * So far has it come.
   *
   * @param done steps behind
   * @param total steps in all, more than 0
   * @param what is being done now
   */
  void update(long done, long total, String what);

  /** A listener that does not listen. */
  static Progress silent() {
    return (done, total, what) -> {};
  }

  /** Prints a line for each step. */
  static Progress printing(PrintStream out) {
    return (done, total, what) ->
        out.printf(Locale.ROOT, "%3d %% %s%n", 100 * done / Math.max(1, total), what);
  }
}
