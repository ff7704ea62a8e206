package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A random model of 34 million weights, out of a file in bfloat16. */
class LoadMemoryTest {
  private static final Config CONFIG =
      new Config(8000, 512, 8, 8, 8, 64, 1408, 512, 1e-5, 10_000, true, -1, List.of());

  @TempDir static Path folder;

  @BeforeAll
  static void write() {
    Map<String, Safetensors.Entry> entries = new HashMap<>();
    RandomWeights random = new RandomWeights(1);
    WeightSource recorder =
        (name, shape) ->
            entries.computeIfAbsent(
                name,
                one -> Safetensors.Entry.bf16(StackedRows.floats(random.get(one, shape)), shape));
    PublishedFiles files = CONFIG.design().architecture().files();
    files.embedding(CONFIG, recorder);
    files.head(CONFIG, recorder);
    for (int layer = 0; layer < CONFIG.layers(); layer++) {
      files.layer(CONFIG, recorder, layer);
    }
    Safetensors.write(folder.resolve("model.safetensors"), entries);
    CONFIG.write(folder, "bfloat16");
  }

  @ParameterizedTest
  @EnumSource
  void loading_takes_at_most_115_hundredths_of_what_the_weights_take(Precision precision)
      throws IOException, InterruptedException {
    assumeTrue(Files.exists(LoadMemory.STATUS), "only Linux says how much memory a process has");
    assumeTrue(LinearKernel.has(precision), "this machine has no products in " + precision);
    String said = output(LoadMemory.class, precision);
    String[] numbers = said.lines().toList().getLast().split(" ");
    double share = Double.parseDouble(numbers[0]) / Double.parseDouble(numbers[1]);
    assertTrue(share <= 1.15, "%.3f times the weights: %s".formatted(share, said));
    assertTrue(share > 0.8, "%.3f times the weights was not measured well".formatted(share));
  }

  @Test
  void where_memory_ends_a_sentence_says_how_much_is_needed_and_nothing_is_left_of_it()
      throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/usr/bin/prlimit")), "only Linux limits memory so");
    List<String> said = output(OutOfMemory.class, Precision.F32).lines().toList();
    String refusal = said.get(said.size() - 3);
    assertTrue(refusal.startsWith(folder.resolve("model.safetensors") + ": there is not"), refusal);
    assertEquals("0", said.get(said.size() - 2), "tensors left open");
    double told = Double.parseDouble(refusal.replaceFirst(".*take about (\\d+) MB.*", "$1"));
    assertEquals(1, told * 1e6 / Double.parseDouble(said.getLast()), 0.02, refusal);
  }

  /** What a program prints that loads the model in a process of its own. */
  private static String output(Class<?> program, Precision precision)
      throws IOException, InterruptedException {
    ProcessBuilder process =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            folder.toString(),
            precision.name());
    process.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    Process loading = process.redirectErrorStream(true).start();
    String said = new String(loading.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, loading.waitFor(), said);
    return said;
  }
}
