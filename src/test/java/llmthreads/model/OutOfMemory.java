package llmthreads.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import llmthreads.script.Operand;

/**
 * A process that loads a model, is then allowed little more memory than it has, and loads it again.
 * It prints the refusal, how many tensors that left open, and how many bytes the weights took.
 */
final class OutOfMemory {
  private static final long ROOM = 48L << 20;

  private OutOfMemory() {}

  /** Takes a model's folder, and a precision. */
  public static void main(String... args) throws Exception {
    Path folder = Path.of(args[0]);
    Precision precision = Precision.valueOf(args[1]);
    Config config = Config.read(folder);
    try (Safetensors source = Safetensors.openFolder(folder)) {
      long bytes = load(config, source, precision);
      long live = Operand.live();
      limitTo(size() + ROOM);
      try {
        load(config, source, precision);
      } catch (ModelException e) {
        System.out.println(e.getMessage());
        System.out.println(Operand.live() - live);
        System.out.println(bytes);
      }
    }
  }

  private static long load(Config config, WeightSource source, Precision precision) {
    try (Weights weights = Weights.load(config, source, precision)) {
      return weights.bytes();
    }
  }

  /** Address space of this process, in bytes. */
  private static long size() throws IOException {
    List<String> lines = Files.readAllLines(LoadMemory.STATUS);
    String line = lines.stream().filter(l -> l.startsWith("VmSize")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
  }

  private static void limitTo(long bytes) throws IOException, InterruptedException {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid=" + ProcessHandle.current().pid(), "--as=" + bytes)
            .inheritIO()
            .start();
    if (prlimit.waitFor() != 0) {
      throw new IllegalStateException("prlimit refused a limit of " + bytes + " bytes");
    }
  }
}
