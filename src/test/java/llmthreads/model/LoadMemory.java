package llmthreads.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that loads a model and says how many bytes that took at its height, and how many the
 * weights take. What is counted is memory of its own (Linux's {@code RssAnon}), looked at every
 * millisecond; files that are mapped are none.
 */
final class LoadMemory {
  static final Path STATUS = Path.of("/proc/self/status");

  private LoadMemory() {}

  /** Takes a model's folder, and a precision; another model is loaded first, to warm up. */
  public static void main(String... args) throws Exception {
    Precision precision = Precision.valueOf(args[1]);
    load(EmbeddedModel.folder(), precision);
    System.gc();
    long before = anonymous();
    long[] peak = {before};
    AtomicBoolean done = new AtomicBoolean();
    Thread watch = Thread.ofPlatform().start(() -> watch(peak, done));
    long bytes = load(Path.of(args[0]), precision);
    done.set(true);
    watch.join();
    System.out.println((peak[0] - before) + " " + bytes);
  }

  private static long load(Path folder, Precision precision) {
    try (Safetensors source = Safetensors.openFolder(folder);
        Weights weights = Weights.load(Config.read(folder), source, precision)) {
      return weights.bytes();
    }
  }

  private static void watch(long[] peak, AtomicBoolean done) {
    while (!done.get()) {
      peak[0] = Math.max(peak[0], anonymous());
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static long anonymous() {
    try {
      List<String> lines = Files.readAllLines(STATUS);
      String line = lines.stream().filter(l -> l.startsWith("RssAnon")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
