package llmthreads.kernel.interpreter;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Kind;
import llmthreads.kernel.interpreter.Interpreter.Completeness;

/** Whether a text is whole Java, the beginning of it, or neither. */
final class Syntax {
  /** Errors that more text may take away. */
  private static final Set<String> WAITING =
      Set.of(
          "premature.eof",
          "unclosed.text.block",
          "unclosed.comment",
          "try.without.catch.finally.or.resource.decls");

  /** Errors that neither more text nor another cell takes away; names or their beginnings. */
  private static final List<String> FINAL =
      List.of(
          "expected",
          "illegal.",
          "not.stmt",
          "unclosed.",
          "empty.char.lit",
          "dot.class.expected",
          "unexpected.type",
          "else.without.if",
          "catch.without.try",
          "finally.without.try",
          "orphaned");

  private final JShell shell;
  private final CellParser parser;

  Syntax(JShell shell, CellParser parser) {
    this.shell = shell;
    this.parser = parser;
  }

  Completeness completeness(String code) {
    for (Piece each : parser.parse(code, 0)) {
      switch (each) {
        case Piece.Broken broken -> {
          return isBeginning(broken)
              ? new Completeness.Incomplete(indent(code))
              : new Completeness.Invalid();
        }
        case Piece.Code written -> {
          Stream<String> errors =
              written.isType() ? TypeParser.errors(written.source()) : codes(written.source());
          if (errors.anyMatch(Syntax::isFinal)) {
            return new Completeness.Invalid();
          }
        }
        case Piece.CellMagic magic -> {
          return code.substring(magic.bodyOffset()).isBlank()
              ? new Completeness.Incomplete("")
              : new Completeness.Complete();
        }
        case Piece.LineMagic _ -> {}
      }
    }
    return new Completeness.Complete();
  }

  private boolean isBeginning(Piece.Broken broken) {
    List<Diag> errors = errors(broken.source()).toList();
    return errors.isEmpty()
        ? broken.incomplete()
        : errors.stream().allMatch(each -> WAITING.contains(code(each)) && !isAtStart(each));
  }

  /** An {@code else} without an {@code if} ends too early before it has begun. */
  private static boolean isAtStart(Diag error) {
    return error.getPosition() == 0 && code(error).equals("premature.eof");
  }

  private static boolean isFinal(String code) {
    return !WAITING.contains(code) && FINAL.stream().anyMatch(code::startsWith);
  }

  private Stream<String> codes(String source) {
    return errors(source).map(Syntax::code);
  }

  private Stream<Diag> errors(String source) {
    Stream<Snippet> snippets = shell.sourceCodeAnalysis().sourceToSnippets(source).stream();
    return snippets
        .filter(each -> each.kind() == Kind.ERRONEOUS)
        .flatMap(shell::diagnostics)
        .filter(Diag::isError);
  }

  private static String code(Diag error) {
    return String.valueOf(error.getCode()).replace(TypeParser.ERROR, "");
  }

  private static String indent(String code) {
    String last = code.lines().reduce("", (a, b) -> b);
    String indent = last.substring(0, last.length() - last.stripLeading().length());
    return last.stripTrailing().endsWith("{") || last.stripTrailing().endsWith("(")
        ? indent + "    "
        : indent;
  }
}
