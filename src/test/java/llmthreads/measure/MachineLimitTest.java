package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import llmthreads.model.Config;
import llmthreads.model.Precision;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MachineLimitTest {
  private static final List<Product> SMALL =
      List.of(new Product(4, 64, 96, 2), new Product(4, 96, 64, 2));

  @Test
  void processes_multiply_alone_and_together_and_end_when_closed() {
    long before = ProcessHandle.current().children().count();
    try (MachineLimit limit = new MachineLimit(SMALL, 2)) {
      assertEquals(before + 2, ProcessHandle.current().children().count());
      assertTrue(limit.rate(1, Duration.ofMillis(100)) > 0);
      assertTrue(limit.rate(2, Duration.ofMillis(100)) > 0);
      assertThrows(IllegalArgumentException.class, () -> limit.rate(3, Duration.ofMillis(1)));

      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> limit.rate(1, Duration.ofMinutes(5)));
      assertTrue(Thread.interrupted(), "the interrupt flag is set again");
      long start = System.nanoTime();
      double rate = limit.rate(1, Duration.ofMillis(300));
      assertTrue(System.nanoTime() - start >= 300_000_000 && rate > 0, "it can be asked again");
    }
    assertEquals(before, ProcessHandle.current().children().count());
  }

  @Test
  void a_process_in_the_middle_of_its_work_ends_with_its_parent_s_last_word() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                ProductProcess.class.getName(),
                Product.text(SMALL),
                "F32")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8);
        var out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("products: ready", out.readLine());
      in.write("go\n");
      in.close();
      process.onExit().get(30, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_process_that_fails_says_why_in_a_sentence_and_none_stays_behind() {
    long before = ProcessHandle.current().children().count();
    List<Product> tooLarge = List.of(new Product(1, Integer.MAX_VALUE, 64, 1));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> new MachineLimit(tooLarge, 2));
    assertTrue(e.getMessage().startsWith("A process that multiplies failed: "), e.getMessage());
    assertFalse(e.getMessage().contains("\tat "), e.getMessage());
    assertEquals(before, ProcessHandle.current().children().count());
  }

  @Test
  void measurements_alternate_and_their_ratio_has_an_interval() {
    List<String> steps = new ArrayList<>();
    MachineLimit.Result result =
        MachineLimit.measure(
            SMALL,
            Precision.F32,
            1,
            Duration.ofMillis(40),
            2,
            (done, total, what) -> steps.add(done + "/" + total));
    assertEquals(List.of("0/2", "1/2", "2/2"), steps);
    assertEquals(2, result.one().size());
    assertTrue(result.scalingInterval().contains(result.scaling()), result.toString());
  }

  @Test
  void a_model_s_products_hold_as_many_weights_as_its_linear_layers() {
    Config config = new Config(1000, 64, 3, 4, 2, 16, 128, 256, 1e-5, 10_000, true, -1, List.of());
    long weights =
        Product.of(config, 4).stream().mapToLong(p -> p.inputs() * p.outputs() * p.count()).sum();
    long norms = 3L * 2 * 64 + 64;
    assertEquals(config.parameters() - norms, weights);
  }

  @Test
  void a_share_of_what_the_machine_allows_compares_two_ratios() {
    MachineLimit.Result result =
        new MachineLimit.Result(2, List.of(10.0, 9.0, 11.0), List.of(18.0, 19.0, 17.0));
    assertEquals(1.8, result.scaling(), 1e-12);
    assertEquals(0.95, result.share(1.71), 1e-12);
  }

  @Test
  void a_product_of_nothing_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Product(0, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new MachineLimit(SMALL, 0));
    assertThrows(IllegalArgumentException.class, () -> new MachineLimit(List.of(), 1));
    assertThrows(
        IllegalArgumentException.class, () -> MachineLimit.measure(SMALL, 1, Duration.ZERO));
  }

  @Property(tries = 50)
  void products_come_back_from_their_text(
      @ForAll @IntRange(min = 1, max = 1000) int rows,
      @ForAll @IntRange(min = 1, max = 100_000) int outputs) {
    List<Product> products = List.of(new Product(rows, 3, outputs, 4), new Product(1, 2, 3, 4));
    assertEquals(products, Product.parse(Product.text(products)));
  }
}
