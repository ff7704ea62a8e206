package llmthreads.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
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
      for (int i = 0; i < 12; i++) {
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  while (true) {
                    script.call("products", x, w).close();
                  }
                });
      }
      Thread.sleep(1500);
      System.exit(7);
    }
  }

  @RepeatedTest(3)
  void a_process_ends_in_order_while_its_threads_are_inside_the_engine() throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-cp",
                System.getProperty("java.class.path"),
                Busy.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertEquals(true, ended, "the process hangs");
    assertEquals(7, process.exitValue(), Files.readString(folder.resolve("output")));
  }
}
