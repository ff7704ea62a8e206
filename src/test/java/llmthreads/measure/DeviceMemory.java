package llmthreads.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import llmthreads.device.Device;
import llmthreads.script.ElementType;
import llmthreads.script.Script;
import llmthreads.script.Tensor;

/** The memory of a device: how fast it is, and how much of it was taken. */
final class DeviceMemory {
  private static final long NUMBERS = 1L << 26;
  private static final int COPIES = 4;
  private static final int ROUNDS = 5;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  private DeviceMemory() {}

  /** Bytes that are read and written a second by copies of 256 MiB, the best of some rounds. */
  static double copiedBytesPerSecond(Device device) {
    String copies =
        """
        def copies(self, into: Tensor, x: Tensor, times: int) -> int:
          for i in range(times):
            _0 = torch.copy_(into, x)
          return int(torch.select(into, 0, 0))
        """;
    double best = 0;
    try (Script script = Script.compile("copies", copies);
        Tensor from = Tensor.zeros(device, ElementType.F32, NUMBERS);
        Tensor into = Tensor.zeros(device, ElementType.F32, NUMBERS)) {
      script.callLong("copies", from, into, 1); // memory that nobody wrote is not there yet
      for (int round = 0; round < ROUNDS; round++) {
        long began = System.nanoTime();
        script.callLong("copies", into, from, COPIES);
        double seconds = (System.nanoTime() - began) / 1e9;
        best = Math.max(best, 2.0 * COPIES * NUMBERS * ElementType.F32.bytes() / seconds);
      }
    }
    return best;
  }

  /** The most that was taken so far, in bytes; 0 where the system does not tell. */
  static long peakBytes(Device device) {
    return device.isGpu() ? CudaDriver.takenBytes() : residentBytes();
  }

  private static long residentBytes() {
    try {
      return !Files.exists(STATUS)
          ? 0
          : Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith(PEAK))
              .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
