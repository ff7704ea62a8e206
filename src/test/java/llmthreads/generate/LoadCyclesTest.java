package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import llmthreads.model.EmbeddedModel;
import llmthreads.script.Operand;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A model that is loaded and closed again and again leaves nothing behind. */
class LoadCyclesTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int CYCLES = 50;

  @Test
  void fifty_cycles_leave_the_process_as_large_as_two_did() throws IOException {
    Assumptions.assumeTrue(Files.exists(STATUS), "Only Linux tells the size of a process so");
    long tensors = Operand.live();
    long afterTwo = 0;
    for (int cycle = 1; cycle <= CYCLES; cycle++) {
      try (Engine engine = Engine.load(EmbeddedModel.folder())) {
        engine.generate("compute: 12+30", Sampling.greedy());
      }
      assertEquals(tensors, Operand.live());
      if (cycle == 2) {
        afterTwo = residentKilobytes();
      }
    }
    long grown = (residentKilobytes() - afterTwo) / 1024;
    assertTrue(grown < 100, "The process grew by " + grown + " MB in " + CYCLES + " cycles");
  }

  private static long residentKilobytes() throws IOException {
    System.gc();
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
