package llmthreads.kernel.interpreter;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.interpreter.Interpreter.Detail;

/** What is known about the name at the cursor. */
final class Inspector {
  private static final Pattern TYPE_NAME =
      Pattern.compile("(?<![\\p{javaJavaIdentifierPart}.])([A-Z]\\w*)$");
  private static final Pattern NAME = Pattern.compile("(\\p{javaJavaIdentifierPart}+)\\(?$");

  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final CursorFinder cursors;
  private final TypeIndex types;

  Inspector(JShell shell, CursorFinder cursors, TypeIndex types) {
    this.shell = shell;
    analysis = shell.sourceCodeAnalysis();
    this.cursors = cursors;
    this.types = types;
  }

  Optional<MimeBundle> inspect(String code, int position, Detail detail) {
    int end = position;
    while (end < code.length() && Character.isJavaIdentifierPart(code.codePointAt(end))) {
      end = code.offsetByCodePoints(end, 1);
    }
    Cursor cursor = cursors.find(code, end);
    String before = cursor.before();
    List<Documentation> found = analysis.documentation(cursor.text(), cursor.position(), true);
    if (found.isEmpty()) {
      // On the arguments of a call, or on the name of a method without its parenthesis.
      found = documentation(before + "(");
    }
    Stream<String> documented = found.stream().map(each -> text(each, detail));
    if (found.isEmpty()) {
      documented = notImported(before, detail);
    }
    Stream<String> source = detail == Detail.ALL ? source(before) : Stream.empty();
    String text = Stream.concat(documented, source).collect(Collectors.joining("\n\n"));
    return text.isEmpty() ? Optional.empty() : Optional.of(MimeBundle.text(text));
  }

  private List<Documentation> documentation(String code) {
    return analysis.documentation(code, code.length(), true);
  }

  /** A type that is only missing its import. */
  private Stream<String> notImported(String before, Detail detail) {
    Matcher name = TYPE_NAME.matcher(before);
    return name.find()
        ? types.named(name.group(1)).stream()
            .map(
                each ->
                    Stream.concat(
                            Stream.of("import " + each + ";"),
                            documentation(each).stream().map(one -> text(one, detail)))
                        .collect(Collectors.joining("\n")))
        : Stream.empty();
  }

  /** How cells have declared the name. */
  private Stream<String> source(String before) {
    Matcher name = NAME.matcher(before);
    return name.find()
        ? shell
            .snippets()
            .filter(each -> shell.status(each).isActive())
            .filter(
                each ->
                    each instanceof DeclarationSnippet declared
                        && declared.name().equals(name.group(1)))
            .map(each -> each.source().strip())
        : Stream.empty();
  }

  private static String text(Documentation found, Detail detail) {
    if (found.javadoc() == null) {
      return found.signature();
    }
    String javadoc = Javadoc.toText(found.javadoc());
    String told = detail == Detail.ALL ? javadoc : Javadoc.withoutTags(javadoc);
    return found.signature() + "\n" + told.indent(4).stripTrailing();
  }
}
