package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
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
    }
    assertEquals(before, ProcessHandle.current().children().count());
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
  }

  @Property(tries = 50)
  void products_come_back_from_their_text(
      @ForAll @IntRange(min = 1, max = 1000) int rows,
      @ForAll @IntRange(min = 1, max = 100_000) int outputs) {
    List<Product> products = List.of(new Product(rows, 3, outputs, 4), new Product(1, 2, 3, 4));
    assertEquals(products, Product.parse(Product.text(products)));
  }
}
