package llmthreads.kernel.interpreter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import llmthreads.kernel.display.Display;

/** Splits a cell into snippets and magics, before any of it runs. */
final class CellParser {
  private static final Pattern CELL_MAGIC = Pattern.compile("\\s*%%(\\w+)[ \\t]*(.*)");
  private static final Pattern LINE_MAGIC = Pattern.compile("[ \\t]*%(\\w+)(?:[ \\t]+(.*))?");

  /** {@code List<String> added = %jars lib/*.jar}, in one line. */
  private static final Pattern ASSIGNED_MAGIC =
      Pattern.compile("([^\"'/%]*[^\"'/%=!<>]=)[ \\t]*%(\\w+)(?:[ \\t]+(.*?))?;?[ \\t]*");

  private final Supplier<SourceCodeAnalysis> analysis;
  private final Predicate<String> isLineMagic;

  /**
   * @param analysis asked for at the first cell: making one lists every class of the JDK and of the
   *     class path in the background
   * @param isLineMagic whether a name is one of a magic; {@code % name} of any other is Java's
   *     remainder
   */
  CellParser(Supplier<SourceCodeAnalysis> analysis, Predicate<String> isLineMagic) {
    this.analysis = analysis;
    this.isLineMagic = isLineMagic;
  }

  /**
   * The pieces of {@code text} from an offset on. A cell magic is looked for where the offset is 0.
   */
  List<Piece> parse(String text, int from) {
    List<Piece> pieces = new ArrayList<>();
    Matcher cellMagic = CELL_MAGIC.matcher(text);
    if (from == 0 && cellMagic.lookingAt()) {
      int body = Math.min(text.length(), cellMagic.end() + 1);
      String arguments = cellMagic.group(2).strip();
      pieces.add(new Piece.CellMagic(cellMagic.start(1) - 2, cellMagic.group(1), arguments, body));
      return pieces;
    }
    JavaText lexer = new JavaText();
    Matcher assigned = ASSIGNED_MAGIC.matcher(text);
    int begin = from;
    int line = from;
    while (line < text.length()) {
      int end = text.indexOf('\n', line);
      end = end < 0 ? text.length() : end;
      Matcher magic = LINE_MAGIC.matcher(text).region(line, end);
      if (lexer.inCode() && magic.matches() && isLineMagic.test(magic.group(1))) {
        split(text, begin, line, pieces);
        String arguments = magic.group(2) == null ? "" : magic.group(2).strip();
        pieces.add(new Piece.LineMagic(magic.start(1) - 1, magic.group(1), arguments));
        begin = end;
      } else if (lexer.inCode() && isAssigned(assigned.region(line, end))) {
        split(text, begin, line, pieces);
        pieces.add(new Piece.Code(line, call(assigned)));
        begin = end;
      } else {
        lexer.read(text, line, end);
      }
      line = end + 1;
    }
    split(text, begin, text.length(), pieces);
    return pieces;
  }

  private boolean isAssigned(Matcher assigned) {
    return assigned.matches() && isLineMagic.test(assigned.group(2));
  }

  /** The assignment as Java has it. */
  private static String call(Matcher assigned) {
    String words =
        assigned.group(3) == null
            ? ""
            : Stream.of(assigned.group(3).strip().split("\\s+"))
                .map(word -> "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(", "));
    String magic = Display.class.getName() + ".lineMagic";
    return assigned.group(1)
        + " %s(\"%s\", java.util.List.of(%s));".formatted(magic, assigned.group(2), words);
  }

  private void split(String text, int from, int to, List<Piece> pieces) {
    int start = JavaText.skipBlank(text, from, to);
    while (start < to) {
      String rest = text.substring(start, to);
      CompletionInfo info = analysis.get().analyzeCompletion(rest);
      Completeness completeness = info.completeness();
      if (completeness == Completeness.EMPTY) {
        return;
      }
      int used = info.remaining() == null ? 0 : rest.length() - info.remaining().length();
      if (info.source() == null || completeness == Completeness.UNKNOWN || used <= 0) {
        boolean incomplete = completeness == Completeness.DEFINITELY_INCOMPLETE;
        pieces.add(new Piece.Broken(start, rest, incomplete));
        return;
      }
      pieces.add(new Piece.Code(start, info.source().stripTrailing()));
      start = JavaText.skipBlank(text, start + used, to);
    }
  }
}
