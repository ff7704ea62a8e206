package llmthreads.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class EndOfProcessTest {
  @TempDir Path folder;

  /** Multiplies on a dozen threads, in calls that last a while, and leaves in their midst. */
  static final class Busy {
    private static final String PRODUCT =
        """
        def pack(self, w: Tensor) -> Tensor:
          return ops.mkldnn._reorder_linear_weight(w, 1)
        def products(self, x: Tensor, w: Tensor) -> Tensor:
          y = x
          for i in range(300):
            y = ops.mkldnn._linear_pointwise(y, w, None, "none", annotate(List[Optional[number]], []), "")
          return y
        """;

    private Busy() {}

    public static void main(String... args) throws InterruptedException {
      Script script = Script.compile("busy", PRODUCT);
      Tensor x = Tensor.zeros(ElementType.F32, 16, 768);
      Tensor w = script.call("pack", Tensor.zeros(ElementType.F32, 768, 768));
      int threads = 12;
      CountDownLatch computing = new CountDownLatch(2 * threads);
      for (int i = 0; i < threads; i++) {
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  while (true) {
                    script.call("products", x, w).close();
                    computing.countDown();
                  }
                });
      }
      computing.await();
      System.exit(7);
    }
  }

  @RepeatedTest(3)
  void a_process_ends_in_order_while_its_threads_are_inside_the_engine() throws Exception {
    ProcessBuilder java =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-cp",
                System.getProperty("java.class.path"),
                Busy.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    java.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = java.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertTrue(ended, "the process hangs");
    assertEquals("", Files.readString(folder.resolve("output")));
    assertEquals(7, process.exitValue());
  }
}
