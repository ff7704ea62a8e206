package llmthreads.kernel.magic;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llmthreads.kernel.display.MimeBundle;
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

  /**
   * Does slow work, a download say, where an interrupt of the cell ends it.
   *
   * @throws MagicException from the work, or if it was interrupted
   */
  <T> T interruptibly(Work<T> work) throws MagicException;

  /** Work of a magic. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws MagicException;
  }

  /** Shows something beside the cell, where the client has a place for it. */
  void page(MimeBundle page);

  /** What is known about a type, a method, a field. */
  Optional<MimeBundle> documentation(String name);

  /** The variables, methods and types that cells have declared, a line each. */
  List<String> declarations();

  /** Living threads that cells have started, but not the one that runs cells. */
  List<Thread> threads();

  /** The class file of a type that a cell has declared or that the class path has. */
  Optional<byte[]> bytecode(String type);
}
