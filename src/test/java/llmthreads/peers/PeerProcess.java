package llmthreads.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A peer's process, seen from outside. For one thread; who starts it closes it.
 *
 * <p>What it prints besides its answers goes to a file.
 */
final class PeerProcess implements AutoCloseable {
  private static final String PEAK = "VmHWM:";

  private final Process process;
  private final Writer in;
  private final BufferedReader out;
  private final Path log;
  private final Duration patience;

  private PeerProcess(Process process, Path log, Duration patience) {
    this.process = process;
    this.log = log;
    this.patience = patience;
    in = process.outputWriter(StandardCharsets.UTF_8);
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one.
   *
   * @param log where its errors go
   * @param patience how long an answer is waited for before the process is killed
   * @throws IOException when there is no such program
   */
  static PeerProcess start(Peer peer, Path log, Duration patience) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(peer.command()).redirectError(log.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return new PeerProcess(builder.start(), log, patience);
  }

  /** What it says once it is there; one that says nothing is killed. */
  Answer greeting() {
    long began = System.nanoTime();
    var later = CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS);
    var silence = CompletableFuture.runAsync(process::destroyForcibly, later);
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(PeerServer.MARK)) {
          return Answer.parse(line.substring(PeerServer.MARK.length()));
        }
      }
      return new Answer.Gone(
          System.nanoTime() - began >= patience.toNanos()
              ? "it said nothing for %s and was killed".formatted(words(patience))
              : "it ended %s; what it wrote is in %s".formatted(status(), log));
    } catch (IOException e) {
      return new Answer.Gone(e.toString());
    } finally {
      silence.cancel(false);
    }
  }

  /** How a process ended whose output has; a signal's number is what exceeds 128. */
  private String status() {
    try {
      return process.waitFor(1, TimeUnit.SECONDS)
          ? "with status " + process.exitValue()
          : "its output, but goes on";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "while this benchmark did";
    }
  }

  private static String words(Duration time) {
    return String.format(Locale.ROOT, "%.3g minutes", time.toMillis() / 60e3);
  }

  /** Asks it to do something and waits for what it says. */
  Answer ask(String command) {
    try {
      tell(command);
    } catch (IOException e) {
      return new Answer.Gone("it is gone (%s); %s says why".formatted(e.getMessage(), log));
    }
    return greeting();
  }

  private void tell(String command) throws IOException {
    in.write(command + "\n");
    in.flush();
  }

  /** The most memory it ever had, in bytes, pages of mapped files too; Linux alone tells. */
  OptionalLong peakBytes() {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** Ends it and waits until it is gone. */
  @Override
  public void close() {
    try {
      tell("quit");
    } catch (IOException e) {
      process.destroyForcibly();
    }
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
