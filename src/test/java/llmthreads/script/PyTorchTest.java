package llmthreads.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyTorchTest {
  @TempDir Path folder;

  /** Tells, a line each, what comes of the first uses of the engine. */
  static final class FirstUses {
    private FirstUses() {}

    public static void main(String... args) {
      tell(() -> Script.compile("same", "def same(self, x: Tensor) -> Tensor:\n  return x\n"));
      tell(() -> Tensor.zeros(ElementType.F32, 2));
      tell(() -> Script.enableGradients(1));
    }

    private static void tell(Runnable use) {
      try {
        use.run();
        System.out.println("works");
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void where_its_libraries_cannot_be_unpacked_every_use_says_so_and_names_the_way_out()
      throws IOException, InterruptedException {
    Path file = Files.createFile(folder.resolve("file"));
    List<String> lines = firstUses(file.resolve("cache"));
    assertEquals(3, lines.size(), lines::toString);
    for (String line : lines) {
      assertTrue(line.startsWith("PyTorch cannot be loaded ("), line);
      assertTrue(line.contains(file.toString()), line);
      assertTrue(line.contains("DJL_CACHE_DIR"), line);
    }
  }

  private List<String> firstUses(Path cache) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder java =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                FirstUses.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    java.environment()
        .keySet()
        .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "PYTORCH_LIBRARY_PATH"));
    java.environment().put("DJL_CACHE_DIR", cache.toString());
    java.environment().put("ENGINE_CACHE_DIR", cache.toString());
    Process process = java.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertTrue(ended, "the process hangs");
    return Files.readAllLines(output);
  }
}
