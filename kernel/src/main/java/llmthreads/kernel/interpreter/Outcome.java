package llmthreads.kernel.interpreter;

import java.util.List;
import llmthreads.kernel.display.MimeBundle;

/** How a cell ended. */
public sealed interface Outcome {
  /**
   * It ran to its end.
   *
   * @param value what its last expression gave, null if there is nothing to show
   * @param pages what belongs beside the cell rather than below it, documentation say
   */
  record Done(MimeBundle value, List<MimeBundle> pages) implements Outcome {}

  /**
   * It did not.
   *
   * @param name the class name of the exception, or {@code CompilationError}, {@code Interrupted}
   * @param message a line, empty where an exception has none
   * @param trace the lines to show, with ANSI colours
   */
  record Failed(String name, String message, List<String> trace) implements Outcome {}
}
