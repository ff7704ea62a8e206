package llmthreads.kernel.interpreter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.Snippet.Kind;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.interpreter.Interpreter.Completeness;
import llmthreads.kernel.interpreter.Interpreter.Completions;

/** Help for who writes a cell: is it whole, how may it go on, what is this name. */
final class CodeHelp {
  private static final Pattern MAGIC_START = Pattern.compile("(?:^|\\n)[ \\t]*(%%?\\w*)$");
  private static final int MAX_TEXTS = 500;

  private final SourceCodeAnalysis analysis;
  private final CellParser parser;
  private final Supplier<Collection<String>> magicNames;

  CodeHelp(
      SourceCodeAnalysis analysis, CellParser parser, Supplier<Collection<String>> magicNames) {
    this.analysis = analysis;
    this.parser = parser;
    this.magicNames = magicNames;
  }

  Completeness completeness(String code) {
    for (Piece each : parser.parse(code, 0)) {
      if (each instanceof Piece.Broken broken) {
        return broken.incomplete()
            ? new Completeness.Incomplete(indent(code))
            : new Completeness.Invalid();
      }
      if (each instanceof Piece.CellMagic magic && code.substring(magic.bodyOffset()).isBlank()) {
        return new Completeness.Incomplete("");
      }
    }
    return new Completeness.Complete();
  }

  Completions complete(String code, int cursor) {
    Matcher magic = MAGIC_START.matcher(code.substring(0, cursor));
    if (magic.find()) {
      String begun = magic.group(1);
      List<String> names =
          magicNames.get().stream().filter(each -> each.startsWith(begun)).toList();
      return new Completions(names, magic.start(1));
    }
    Context context = context(code, cursor);
    int[] anchor = {context.cursor()};
    List<Suggestion> suggestions =
        analysis.completionSuggestions(context.text(), context.cursor(), anchor);
    Set<String> fitting = new LinkedHashSet<>();
    Set<String> others = new LinkedHashSet<>();
    for (Suggestion each : suggestions) {
      (each.matchesType() ? fitting : others).add(each.continuation());
    }
    fitting.addAll(others);
    int start = cursor - (context.cursor() - anchor[0]);
    return new Completions(fitting.stream().limit(MAX_TEXTS).toList(), start);
  }

  Optional<MimeBundle> inspect(String code, int cursor) {
    int end = cursor;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    Context context = context(code, end);
    List<Documentation> found = analysis.documentation(context.text(), context.cursor(), true);
    if (found.isEmpty()) {
      // On the arguments of a call, or on the name of a method without its parenthesis.
      String open = context.text().substring(0, context.cursor()) + "(";
      found = analysis.documentation(open, open.length(), true);
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    for (Documentation each : found) {
      text.append(text.isEmpty() ? "" : "\n\n").append(each.signature());
      if (each.javadoc() != null) {
        text.append('\n').append(Javadoc.toText(each.javadoc()).indent(4).stripTrailing());
      }
    }
    return Optional.of(MimeBundle.text(text.toString()));
  }

  private record Context(String text, int cursor) {}

  /**
   * The snippet around the cursor, and before it, as one block, the variables and types that the
   * same cell declares above: JShell does not know them before they run.
   */
  private Context context(String code, int cursor) {
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
        return context(code.substring(start), cursor - start);
      }
    }
    String text = code.substring(Math.min(start, cursor));
    StringBuilder block = new StringBuilder();
    for (Piece.Code each : before) {
      if (declaresLocally(each.source())) {
        block.append(each.source()).append('\n');
      }
    }
    if (block.isEmpty()) {
      return new Context(text, cursor - start);
    }
    String prefix = "{ " + block;
    return new Context(prefix + text, prefix.length() + cursor - start);
  }

  private boolean declaresLocally(String source) {
    return analysis.sourceToSnippets(source).stream()
        .allMatch(each -> each.kind() == Kind.VAR || each.kind() == Kind.TYPE_DECL);
  }

  private static String indent(String code) {
    String last = code.lines().reduce("", (a, b) -> b);
    String indent = last.substring(0, last.length() - last.stripLeading().length());
    return last.stripTrailing().endsWith("{") || last.stripTrailing().endsWith("(")
        ? indent + "    "
        : indent;
  }
}
