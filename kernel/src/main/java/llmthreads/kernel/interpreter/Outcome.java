package llmthreads.kernel.interpreter;

import java.util.List;

/** How a cell ended. */
public sealed interface Outcome {
  /**
   * It ran to its end; {@code value} is what its last expression gave, null if there is nothing to
   * show.
   */
  record Done(Object value) implements Outcome {}

  /**
   * It did not.
   *
   * @param name the simple question "what kind": the class name of the exception, or {@code
   *     CompilationError}, {@code Interrupted}
   * @param message one line
   * @param trace the lines to show, ANSI colours in them
   */
  record Failed(String name, String message, List<String> trace) implements Outcome {}
}
