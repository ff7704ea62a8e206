package llmthreads.measure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.device.Processor;

/**
 * Where, with what and by what numbers something was measured: all that a reader needs to judge it
 * or to repeat it. Reading it loads no engine.
 *
 * @param time when it was read, UTC
 * @param machine that ran it
 * @param jvm that ran it
 * @param libraries versions of what computes and of PyTorch's natives, by name
 * @param threads what says how many threads compute: workers, intra-op threads, variables
 * @param commit of the checkout, and whether it was clean
 * @param model file or folder name and SHA-256 of its weights; empty when there was none
 * @param seed of random numbers; null when there were none
 */
public record Environment(
    String time,
    Machine machine,
    Jvm jvm,
    Map<String, String> libraries,
    Map<String, String> threads,
    String commit,
    String model,
    Long seed) {
  private static final List<String> THREAD_VARIABLES =
      List.of("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "MKL_NUM_THREADS");
  private static final String WORKERS = "workers";
  private static final String INTRA_OP = "intra-op threads";

  /**
   * A computer.
   *
   * @param processor its name and what vectors it knows
   * @param processors that the JVM sees
   * @param cores that the process may keep busy at once; a control group may make it a fraction
   * @param devices that computed: the processor, unless others were named
   * @param memoryBytes of the machine or its control group
   * @param loadAverage of the last minute, when it was read; below 0 where the system has none
   * @param system its name, version and architecture
   */
  public record Machine(
      String processor,
      int processors,
      double cores,
      List<String> devices,
      long memoryBytes,
      double loadAverage,
      String system) {
    private Machine withDevices(List<String> others) {
      return new Machine(processor, processors, cores, others, memoryBytes, loadAverage, system);
    }
  }

  /**
   * A Java machine.
   *
   * @param version with the build
   * @param vendor who built it
   * @param flags that it was started with
   * @param collectors of garbage
   * @param heapBytes that it may use at most
   */
  public record Jvm(
      String version, String vendor, List<String> flags, List<String> collectors, long heapBytes) {}

  /** Reads the environment of this process. */
  public static Environment read() {
    Map<String, String> threads = new LinkedHashMap<>();
    for (String variable : THREAD_VARIABLES) {
      Optional.ofNullable(System.getenv(variable)).ifPresent(v -> threads.put(variable, v));
    }
    return new Environment(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        readMachine(),
        readJvm(),
        Libraries.versions(),
        threads,
        Checkout.around(Path.of("")).map(Checkout::describe).orElse("not in a checkout"),
        "",
        null);
  }

  /** With the numbers of threads that computed. */
  public Environment withThreads(int workers, int intraOpThreads) {
    Map<String, String> more = new LinkedHashMap<>();
    more.put(WORKERS, String.valueOf(workers));
    more.put(INTRA_OP, String.valueOf(intraOpThreads));
    more.putAll(threads);
    return new Environment(time, machine, jvm, libraries, more, commit, model, seed);
  }

  /**
   * With a model's hash.
   *
   * @param weights a file, or a folder whose {@code model.safetensors} it is
   */
  public Environment withModel(Path weights) {
    Path file = Files.isDirectory(weights) ? weights.resolve("model.safetensors") : weights;
    String name = Optional.ofNullable(weights.getFileName()).map(Path::toString).orElse("");
    String told = (name + " sha256:" + sha256(file)).strip();
    return new Environment(time, machine, jvm, libraries, threads, commit, told, seed);
  }

  /** With the devices that computed. */
  public Environment withDevices(List<Device> devices) {
    Machine with = machine.withDevices(devices.stream().map(Device::toString).toList());
    return new Environment(time, with, jvm, libraries, threads, commit, model, seed);
  }

  /** With the seed of random numbers. */
  public Environment withSeed(long number) {
    return new Environment(time, machine, jvm, libraries, threads, commit, model, number);
  }

  /** Sentences about what makes timings taken here doubtful; empty when nothing does. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (threads.containsKey(WORKERS)) {
      EngineThreads.oversubscription(
              Integer.parseInt(threads.get(WORKERS)),
              Integer.parseInt(threads.get(INTRA_OP)),
              machine.cores())
          .ifPresent(warnings::add);
    }
    if (machine.loadAverage() > machine.processors()) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "Other programs kept the machine busy: a load of %.1f on %d processors",
              machine.loadAverage(),
              machine.processors()));
    }
    return List.copyOf(warnings);
  }

  /** Everything in words, one line each, in the order in which a reader wants it. */
  public Map<String, String> rows() {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("time", time);
    rows.put("processor", machine.processor());
    rows.put(
        "cores",
        machine.cores() == machine.processors()
            ? String.valueOf(machine.processors())
            : String.format(
                Locale.ROOT, "%.2f granted of %d", machine.cores(), machine.processors()));
    rows.put("devices", String.join(", ", machine.devices()));
    rows.put("memory", gibibytes(machine.memoryBytes()));
    rows.put(
        "load average",
        machine.loadAverage() < 0
            ? "unknown"
            : String.format(Locale.ROOT, "%.2f", machine.loadAverage()));
    rows.put("system", machine.system());
    rows.put("Java", jvm.version() + ", " + jvm.vendor());
    rows.put("collector", String.join(", ", jvm.collectors()));
    rows.put("heap limit", gibibytes(jvm.heapBytes()));
    rows.put("JVM flags", String.join(" ", jvm.flags()));
    libraries.forEach(rows::put);
    threads.forEach(rows::put);
    rows.put("commit", commit);
    if (!model.isEmpty()) {
      rows.put("model", model);
    }
    if (seed != null) {
      rows.put("seed", seed.toString());
    }
    return rows;
  }

  /** A line for each of {@link #rows}. */
  @Override
  public String toString() {
    return rows().entrySet().stream()
        .map(row -> "%-16s %s".formatted(row.getKey(), row.getValue()))
        .collect(Collectors.joining("\n"));
  }

  /**
   * The SHA-256 of a file's bytes, in hexadecimal.
   *
   * @throws IllegalArgumentException when it cannot be read
   */
  public static String sha256(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(bytes, digest).transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new IllegalArgumentException("'%s' has no hash: it cannot be read".formatted(file), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256, this one has not", e);
    }
  }

  private static Machine readMachine() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    long memory =
        system instanceof com.sun.management.OperatingSystemMXBean more
            ? more.getTotalMemorySize()
            : 0;
    return new Machine(
        Processor.here().toString(),
        Runtime.getRuntime().availableProcessors(),
        Device.cpu().cores(),
        List.of(Device.cpu().toString()),
        memory,
        system.getSystemLoadAverage(),
        "%s %s %s".formatted(system.getName(), system.getVersion(), system.getArch()));
  }

  private static Jvm readJvm() {
    return new Jvm(
        Runtime.version().toString(),
        System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.name"),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .map(Environment::shortened)
            .toList(),
        ManagementFactory.getGarbageCollectorMXBeans().stream().map(gc -> gc.getName()).toList(),
        Runtime.getRuntime().maxMemory());
  }

  /** Without the folders of one machine: a record says how it was run, not where it lay. */
  static String shortened(String text) {
    String shorter = text;
    Map<String, String> places = new LinkedHashMap<>();
    places.put("java.home", "$JAVA_HOME");
    places.put("user.dir", ".");
    places.put("user.home", "~");
    for (Map.Entry<String, String> place : places.entrySet()) {
      String folder = System.getProperty(place.getKey(), "");
      if (folder.length() > 1) {
        shorter = shorter.replace(folder, place.getValue());
      }
    }
    return shorter;
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
