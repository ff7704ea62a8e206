package llmthreads.kernel.interpreter;

import jdk.jshell.JShell;
import llmthreads.kernel.magic.Magics;

/** Help for who writes a cell: is it whole, how may it go on, what is this name. */
record CodeHelp(Syntax syntax, Completer completer, Inspector inspector) {
  /**
   * Help in one session.
   *
   * @param types those that cells may import
   */
  static CodeHelp of(JShell shell, CellParser parser, Magics magics, TypeIndex types) {
    CursorFinder cursors = new CursorFinder(shell.sourceCodeAnalysis(), parser);
    return new CodeHelp(
        new Syntax(shell, parser),
        new Completer(shell.sourceCodeAnalysis(), cursors, magics::names, types),
        new Inspector(shell, cursors, types));
  }
}
