package llmthreads.kernel.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import jdk.jshell.JShell;
import llmthreads.kernel.magic.Magics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is imported before the first cell. */
public class SessionStartTest {
  private final List<String> warnings = new ArrayList<>();

  /** A setup with one import that there is and one that there is not. */
  public static final class HalfRight implements SessionSetup {
    @Override
    public List<String> imports() {
      return List.of("no.such.thing.*", "java.text.*");
    }
  }

  @Test
  void importsStayWhenACellWritesOneOfThemAgain() throws CellFailure {
    try (JavaInterpreter java =
        new JavaInterpreter(Settings.of(Map.of(), warnings::add), warnings::add)) {
      for (String again :
          List.of("java.io.*", "java.util.*", "static llmthreads.kernel.display.Display.*")) {
        java.run("test", "import " + again + ";");
        assertEquals(
            "[1] 2 /x",
            java.run("test", "List.of(1) + \" \" + BigInteger.TWO + \" \" + Path.of(\"/x\")"),
            again);
      }
    }
    assertEquals(List.of(), warnings);
  }

  @Test
  void anImportOfWhatIsNotThereIsToldByItsNameAndTheOthersAreMade(@TempDir Path folder)
      throws IOException, CellFailure {
    Path services = folder.resolve("services");
    Files.writeString(services, HalfRight.class.getName());
    CellLoader cells = new CellLoader(getClass().getClassLoader());
    CellControl control = new CellControl(cells, 1000);
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      Evaluator evaluator = new Evaluator(shell, control, name -> List.of());
      new SessionStart(null, evaluator, new Magics(), warnings::add)
          .run(Settings.of(Map.of(), warnings::add), offering(services));
      evaluator.evaluate(new Origin("test", ""), 0, "List<NumberFormat> formats = List.of();");
    } finally {
      control.close();
    }
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(
        warnings.getFirst().startsWith("At the start, 'import no.such.thing.*;' failed: "),
        warnings.getFirst());
  }

  private static ClassLoader offering(Path services) {
    return new ClassLoader(SessionStartTest.class.getClassLoader()) {
      @Override
      public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals("META-INF/services/" + SessionSetup.class.getName())
            ? Collections.enumeration(List.of(services.toUri().toURL()))
            : super.getResources(name);
      }
    };
  }
}
