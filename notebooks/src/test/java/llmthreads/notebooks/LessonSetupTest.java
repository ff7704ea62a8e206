package llmthreads.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.ServiceLoader;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import llmthreads.kernel.interpreter.SessionSetup;
import org.junit.jupiter.api.Test;

class LessonSetupTest {
  @Test
  void theKernelFindsItAndAllItsImportsCompile() {
    List<SessionSetup> found =
        ServiceLoader.load(SessionSetup.class).stream().map(ServiceLoader.Provider::get).toList();
    assertTrue(found.stream().anyMatch(LessonSetup.class::isInstance), "found " + found);
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      for (String each : new LessonSetup().imports()) {
        for (SnippetEvent event : shell.eval("import " + each + ";")) {
          assertEquals(Snippet.Status.VALID, event.status(), each);
        }
      }
    }
  }
}
