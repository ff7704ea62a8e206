package llmthreads.kernel;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A kernel as a process of its own, started from a connection file, with what it logs. */
final class KernelProcess implements AutoCloseable {
  private static final List<String> CHANNELS = List.of("shell", "control", "iopub", "stdin", "hb");

  private final Process process;
  private final Path connectionFile;
  private final Path log;
  private final List<Integer> ports;

  private KernelProcess(Process process, Path connectionFile, Path log, List<Integer> ports) {
    this.process = process;
    this.connectionFile = connectionFile;
    this.log = log;
    this.ports = ports;
  }

  /** Starts one on free ports. */
  static KernelProcess start(String key, String... jvmFlags) throws IOException {
    List<Integer> ports = Training.freePorts(CHANNELS.size());
    Path file = Files.createTempFile("kernel", ".json");
    return start(Files.writeString(file, connection(ports, key)), ports, jvmFlags);
  }

  /** Starts one from a file that is its caller's. */
  static KernelProcess start(Path file, List<Integer> ports, String... jvmFlags)
      throws IOException {
    Path log = Files.createTempFile("kernel", ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of(jvmFlags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("llmthreads.kernel.Main", file.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("LLM_THREADS_HISTORY", "");
    return new KernelProcess(builder.start(), file, log, ports);
  }

  /** The text of a connection file; the ports are those of {@link #ports}. */
  static String connection(List<Integer> ports, String key) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < CHANNELS.size(); i++) {
      json.addProperty(CHANNELS.get(i) + "_port", ports.get(i));
    }
    json.addProperty("key", key);
    return json.toString();
  }

  /** Those of shell, control, iopub, stdin and heartbeat. */
  List<Integer> ports() {
    return ports;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The exit status of a kernel that is about to end. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("The process goes on: " + log());
    }
    return process.exitValue();
  }

  /** What it has written to its terminal so far. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(connectionFile);
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
