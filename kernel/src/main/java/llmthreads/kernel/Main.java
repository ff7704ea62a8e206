package llmthreads.kernel;

import java.io.IOException;
import java.nio.file.Path;
import llmthreads.kernel.wire.Channels;
import llmthreads.kernel.wire.ConnectionFile;
import llmthreads.kernel.wire.Log;
import org.zeromq.ZMQException;

/**
 * Starts a kernel: {@code java -cp … llmthreads.kernel.Main CONNECTION_FILE}, as a kernelspec says
 * it.
 */
public final class Main {
  private Main() {}

  /** Serves the clients of one connection file until one of them asks for the end. */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 1) {
      Log.warn(
          "Usage: java -cp CLASSPATH llmthreads.kernel.Main CONNECTION_FILE. Jupyter starts the"
              + " kernel so; a person opens a notebook instead.");
      System.exit(1);
    }
    try {
      ConnectionFile connection = ConnectionFile.read(Path.of(arguments[0]));
      new Kernel(new Channels(connection)).run();
    } catch (IOException | IllegalArgumentException | ZMQException e) {
      Log.warn("The kernel cannot start: " + e.getMessage());
      System.exit(1);
    }
  }
}
