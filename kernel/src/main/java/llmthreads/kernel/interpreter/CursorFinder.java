package llmthreads.kernel.interpreter;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.Snippet.Kind;
import jdk.jshell.SourceCodeAnalysis;

/** Finds the snippet around the cursor of a cell. */
final class CursorFinder {
  private final SourceCodeAnalysis analysis;
  private final CellParser parser;

  CursorFinder(SourceCodeAnalysis analysis, CellParser parser) {
    this.analysis = analysis;
    this.parser = parser;
  }

  /**
   * The snippet around the cursor, and before it, as one block, the variables and types that the
   * same cell declares above: JShell does not know them before they run.
   */
  Cursor find(String code, int cursor) {
    List<Piece> pieces = parser.parse(code.substring(0, cursor), 0);
    int start = 0;
    List<Piece.Code> before = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      Piece each = pieces.get(i);
      start = each instanceof Piece.CellMagic magic ? magic.bodyOffset() : each.offset();
      if (each instanceof Piece.Code written && i < pieces.size() - 1) {
        before.add(written);
      }
      if (each instanceof Piece.CellMagic) {
        return find(code.substring(start), cursor - start);
      }
    }
    String text = code.substring(Math.min(start, cursor));
    StringBuilder block = new StringBuilder();
    for (Piece.Code each : before) {
      if (each.isType() || isVariable(each.source())) {
        block.append(each.source()).append('\n');
      }
    }
    if (block.isEmpty()) {
      return new Cursor(text, cursor - start);
    }
    String prefix = "{ " + block;
    return new Cursor(prefix + text, prefix.length() + cursor - start);
  }

  private boolean isVariable(String source) {
    return analysis.sourceToSnippets(source).stream().allMatch(each -> each.kind() == Kind.VAR);
  }
}
