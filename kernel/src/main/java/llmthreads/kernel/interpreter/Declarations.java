package llmthreads.kernel.interpreter;

import java.util.List;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.TypeDeclSnippet;

/** What the cells of a session have declared. */
final class Declarations {
  private Declarations() {}

  /** A line for each variable, method and type. */
  static List<String> of(JShell shell) {
    Stream<String> variables =
        active(shell, shell.variables()).map(each -> each.typeName() + " " + each.name());
    Stream<String> methods = active(shell, shell.methods()).map(Declarations::signature);
    Stream<String> types = active(shell, shell.types()).map(TypeDeclSnippet::name);
    return Stream.of(variables, methods, types).flatMap(each -> each).toList();
  }

  private static <S extends Snippet> Stream<S> active(JShell shell, Stream<S> snippets) {
    return snippets.filter(each -> shell.status(each).isActive());
  }

  private static String signature(MethodSnippet method) {
    return method.name() + "(" + method.parameterTypes() + ")";
  }
}
