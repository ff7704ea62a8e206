package llmthreads.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
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

  private PeerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    in = process.outputWriter(StandardCharsets.UTF_8);
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one.
   *
   * @param log where its errors go
   * @throws IOException when there is no such program
   */
  static PeerProcess start(Peer peer, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(peer.command()).redirectError(log.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return new PeerProcess(builder.start(), log);
  }

  /** What it says once it is there. */
  Answer greeting() {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(PeerServer.MARK)) {
          return Answer.parse(line.substring(PeerServer.MARK.length()));
        }
      }
      return new Answer.Refused("it ended; " + log + " says why");
    } catch (IOException e) {
      return new Answer.Refused(e.toString());
    }
  }

  /** Asks it to do something and waits for what it says. */
  Answer ask(String command) {
    try {
      in.write(command + "\n");
      in.flush();
    } catch (IOException e) {
      return new Answer.Refused("it is gone (%s); %s says why".formatted(e.getMessage(), log));
    }
    return greeting();
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
    ask("quit");
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
