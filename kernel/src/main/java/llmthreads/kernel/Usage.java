package llmthreads.kernel;

import com.google.gson.JsonObject;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the kernel and the processes that it has started use of the machine, under the names that
 * ipykernel answers with. Used by one thread at a time; loaded when a client asks first.
 */
final class Usage {
  private static final Path PROC = Path.of("/proc");

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Processor time at the last request; a process that is new since then counts from its start. */
  private Map<Long, Duration> before = new HashMap<>();

  private Instant asked = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

  /**
   * The content of a usage_reply: {@code kernel_cpu} in percent of one core since the last request,
   * {@code host_cpu_percent} in percent of all, {@code kernel_memory} and {@code
   * host_virtual_memory} in bytes.
   */
  JsonObject content() {
    JsonObject usage = new JsonObject();
    usage.addProperty("hostname", hostName());
    usage.addProperty("pid", ProcessHandle.current().pid());
    usage.addProperty("kernel_cpu", kernelCpu());
    usage.addProperty("kernel_memory", processes().mapToLong(this::memory).sum());
    usage.addProperty("cpu_count", system.getAvailableProcessors());
    double load = system.getCpuLoad();
    if (load >= 0) {
      usage.addProperty("host_cpu_percent", percent(load));
    }
    usage.add("host_virtual_memory", hostMemory());
    return usage;
  }

  private static Stream<ProcessHandle> processes() {
    ProcessHandle self = ProcessHandle.current();
    return Stream.concat(Stream.of(self), self.descendants());
  }

  private double kernelCpu() {
    Instant now = Instant.now();
    Map<Long, Duration> times = new HashMap<>();
    processes()
        .forEach(
            each -> each.info().totalCpuDuration().ifPresent(time -> times.put(each.pid(), time)));
    double spent = 0;
    for (Map.Entry<Long, Duration> each : times.entrySet()) {
      Duration earlier = before.getOrDefault(each.getKey(), Duration.ZERO);
      spent += Math.max(0, each.getValue().minus(earlier).toNanos());
    }
    long passed = Math.max(1, Duration.between(asked, now).toNanos());
    before = times;
    asked = now;
    return percent(spent / passed);
  }

  /**
   * Linux tells what a process alone holds in memory, with its share of what several hold.
   * Elsewhere Java knows only of itself, and only what it has asked the system for.
   */
  private long memory(ProcessHandle process) {
    Path rollup = PROC.resolve(Long.toString(process.pid())).resolve("smaps_rollup");
    Optional<Long> held = kilobytes(rollup, "Pss:");
    if (held.isPresent() || process.pid() != ProcessHandle.current().pid()) {
      return held.orElse(0L);
    }
    return Stream.of(
            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage(),
            ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage())
        .mapToLong(each -> each.getCommitted())
        .sum();
  }

  private JsonObject hostMemory() {
    long total = system.getTotalMemorySize();
    long free = system.getFreeMemorySize();
    // In a container Java knows the container's limit and /proc the whole machine.
    long available =
        kilobytes(PROC.resolve("meminfo"), "MemAvailable:").filter(n -> n <= total).orElse(free);
    JsonObject memory = new JsonObject();
    memory.addProperty("total", total);
    memory.addProperty("available", available);
    memory.addProperty("percent", percent((total - available) / (double) total));
    memory.addProperty("used", total - available);
    memory.addProperty("free", free);
    return memory;
  }

  /** A line such as {@code Pss: 123 kB}, in bytes. */
  private static Optional<Long> kilobytes(Path file, String name) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(each -> each.startsWith(name))
          .map(each -> 1024 * Long.parseLong(each.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty(); // The process has just ended.
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }

  /** With one decimal. */
  private static double percent(double share) {
    return Math.round(share * 1000) / 10.0;
  }
}
