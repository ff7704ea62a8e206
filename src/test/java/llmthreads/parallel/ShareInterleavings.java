package llmthreads.parallel;

import java.util.List;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/**
 * However three threads interleave that take from both ends of a share, what they get is what they
 * would get one after another: Lincheck's model checker tries the interleavings.
 */
public class ShareInterleavings {
  private final Share<Integer> share = new Share<>(List.of(1, 2, 3));

  @Operation
  public Optional<Integer> first() {
    return share.takeFirst();
  }

  @Operation
  public Optional<Integer> last() {
    return share.takeLast();
  }

  @Test
  void a_share_is_linearizable() {
    new ModelCheckingOptions()
        .iterations(8)
        .invocationsPerIteration(300)
        .threads(3)
        .actorsPerThread(2)
        .check(ShareInterleavings.class);
  }
}
