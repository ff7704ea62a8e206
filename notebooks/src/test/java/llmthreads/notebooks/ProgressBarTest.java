package llmthreads.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import llmthreads.kernel.display.MimeBundle;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final AtomicLong nowNs = new AtomicLong();
  private final List<String> seen = new ArrayList<>();
  private final ProgressBar bar =
      new ProgressBar(
          "Runs",
          new ProgressBar.Screen() {
            @Override
            public void show(MimeBundle bar, String id) {
              seen.add("show " + words(bar));
            }

            @Override
            public void update(MimeBundle bar, String id) {
              seen.add("update " + words(bar));
            }

            private String words(MimeBundle bar) {
              assertTrue(bar.data().get(MimeBundle.HTML).getAsString().contains("width:"));
              return bar.data().get(MimeBundle.TEXT).getAsString();
            }
          },
          nowNs::get);

  @Test
  void theBarAppearsOnceAndThenMovesInPlace() {
    bar.update(0, 4, "warm-up");
    nowNs.set(1_000_000_000);
    bar.update(1, 4, "2 workers");
    nowNs.set(4_000_000_000L);
    bar.update(4, 4, "");
    assertEquals(
        List.of(
            "show Runs: 0 of 4, warm-up",
            "update Runs: 1 of 4, 2 workers, 3 s left",
            "update Runs: 4 of 4, 4.0 s"),
        seen);
  }

  @Test
  void manyStepsAtOnceAreDrawnOnceButTheLastAlways() {
    for (int i = 0; i < 1000; i++) {
      bar.step(1000, "");
    }
    assertEquals(2, seen.size());
    assertTrue(seen.getLast().contains("1000 of 1000"), seen.getLast());
  }

  @Test
  void aStepBehindTheEndIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> bar.update(5, 4, "")).getMessage();
    assertEquals("Progress 'Runs' cannot be at step 5 of 4", message);
  }
}
