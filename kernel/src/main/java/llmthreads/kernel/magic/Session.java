package llmthreads.kernel.magic;

import java.nio.file.Path;
import java.util.List;
import llmthreads.kernel.interpreter.CellFailure;

/** What magics may do to the session that they run in. */
public interface Session {
  /** Makes jars and folders of classes visible to the cells that follow. */
  void addToClassPath(List<Path> elements);

  /** What {@link #addToClassPath} has added, in order. */
  List<Path> addedClassPath();

  /**
   * Runs Java.
   *
   * @param label how messages call the text, such as {@code file setup.jshell}
   * @return the value of its last expression, null if there is none
   */
  Object run(String label, String code) throws CellFailure;

  /** The variables, methods and types that cells have declared, a line each. */
  List<String> declarations();
}
