package llmthreads.kernel.interpreter;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import jdk.jshell.JShell;
import llmthreads.kernel.magic.Magics;

/** Help for who writes a cell: is it whole, how may it go on, what is this name. */
record CodeHelp(Syntax syntax, Completer completer, Inspector inspector) {
  /**
   * Help in one session.
   *
   * @param loader finds the classes that cells see
   * @param addedClassPath what has been added to the class path of the process
   */
  static CodeHelp of(
      JShell shell,
      CellParser parser,
      Magics magics,
      ClassLoader loader,
      Supplier<List<Path>> addedClassPath) {
    CursorFinder cursors = new CursorFinder(shell.sourceCodeAnalysis(), parser);
    TypeIndex types = new TypeIndex(loader, addedClassPath);
    return new CodeHelp(
        new Syntax(shell, parser),
        new Completer(shell.sourceCodeAnalysis(), cursors, magics::names, types),
        new Inspector(shell, cursors, types));
  }
}
