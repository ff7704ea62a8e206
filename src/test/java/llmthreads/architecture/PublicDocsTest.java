package llmthreads.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others may call says in a sentence what it is for; the build's Javadoc checks the rest. */
class PublicDocsTest {
  @ParameterizedTest
  @ValueSource(strings = {"main/java", "../kernel/src/main/java"})
  void every_public_type_and_method_has_a_comment(String sources) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, null);
        Stream<Path> walk = Files.walk(Path.of(sources))) {
      var files = manager.getJavaFileObjectsFromPaths(walk.filter(PublicDocsTest::isJava).toList());
      var task = (JavacTask) compiler.getTask(null, manager, null, null, null, files);
      var undocumented = new Undocumented(DocTrees.instance(task));
      for (var unit : task.parse()) {
        undocumented.scan(unit, null);
      }
      assertEquals(List.of(), undocumented.found);
    }
  }

  private static boolean isJava(Path path) {
    return path.toString().endsWith(".java");
  }

  /**
   * Looks into public types only; what overrides another method inherits its comment, and that of a
   * functional interface says what its method does.
   */
  private static final class Undocumented extends TreePathScanner<Void, Void> {
    private final DocTrees docs;
    private final List<String> found = new ArrayList<>();

    Undocumented(DocTrees docs) {
      this.docs = docs;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      if (!isPublic(type.getModifiers())) {
        return null;
      }
      check(type.getSimpleName().toString());
      boolean saysAll = annotated(type.getModifiers(), "FunctionalInterface");
      return saysAll ? null : super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      boolean overrides = annotated(method.getModifiers(), "Override");
      boolean constructor = method.getName().contentEquals("<init>");
      if (isPublic(method.getModifiers()) && !overrides && !constructor) {
        check(method.getName().toString());
      }
      return null;
    }

    private static boolean annotated(ModifiersTree modifiers, String annotation) {
      return modifiers.getAnnotations().stream()
          .anyMatch(each -> each.getAnnotationType().toString().equals(annotation));
    }

    private boolean isPublic(ModifiersTree modifiers) {
      TreePath parent = getCurrentPath().getParentPath();
      return modifiers.getFlags().contains(Modifier.PUBLIC)
          || parent.getLeaf().getKind() == Tree.Kind.INTERFACE;
    }

    private void check(String name) {
      if (docs.getDocComment(getCurrentPath()) == null) {
        Path file = Path.of(getCurrentPath().getCompilationUnit().getSourceFile().getName());
        found.add(file.getFileName() + ": " + name);
      }
    }
  }
}
