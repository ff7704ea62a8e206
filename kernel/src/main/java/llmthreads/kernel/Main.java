package llmthreads.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import llmthreads.kernel.interpreter.Heap;
import llmthreads.kernel.wire.AddressException;
import llmthreads.kernel.wire.ConnectionFile;
import llmthreads.kernel.wire.Log;

/**
 * Starts a kernel: {@code java -cp … llmthreads.kernel.Main CONNECTION_FILE}, as a kernelspec says
 * it.
 */
public final class Main {
  private static final long HOOKS_MS = 1500;

  private Main() {}

  /** Serves the clients of one connection file until one of them asks for the end. */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 1) {
      Log.warn(
          "Usage: java -cp CLASSPATH llmthreads.kernel.Main CONNECTION_FILE. Jupyter starts the"
              + " kernel so; a person opens a notebook instead.");
      System.exit(1);
    }
    // Libraries that bring slf4j without a backend would greet every notebook with a warning.
    System.setProperty(
        "slf4j.internal.verbosity", System.getProperty("slf4j.internal.verbosity", "ERROR"));
    System.setProperty("java.awt.headless", System.getProperty("java.awt.headless", "true"));
    try {
      Path file = Path.of(arguments[0]);
      ConnectionFile connection = ConnectionFile.read(file);
      if (ConnectionFile.isReadByOthers(file)) {
        Log.warn(
            "Other users of this machine may read the connection file "
                + file
                + ", and with the key in it run code as you: chmod 600 keeps them out.");
      }
      Kernel kernel = new Kernel(connection, Main::broken, Main::exit);
      Thread.ofPlatform().daemon().name("kernel-signals").start(() -> heed(kernel));
      kernel.run();
    } catch (IOException | IllegalArgumentException | AddressException e) {
      Log.warn("The kernel cannot start: " + e.getMessage());
      System.exit(1);
    }
    // The thread that closes the channels ends the process.
    Thread.currentThread().join();
  }

  /** A kernel that hears nobody cannot be asked to end. */
  private static void broken(Throwable cause) {
    Heap.release();
    Log.warn(
        "The kernel ends, since a thread of its network library has died ("
            + cause
            + "); Jupyter starts a new one.");
    Runtime.getRuntime().halt(1);
  }

  /** Runs shutdown hooks, but does not wait for one that hangs. */
  private static void exit(int status) {
    Thread.ofPlatform().daemon().name("kernel-halt").start(() -> haltLater(status));
    System.exit(status);
  }

  private static void haltLater(int status) {
    try {
      Thread.sleep(HOOKS_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(status);
  }

  /** What takes a while and no client waits for. */
  private static void heed(Kernel kernel) {
    Sigint.handle(kernel::interrupt);
    endWithParent(kernel);
  }

  /** A kernel whose server has died, now or while it started, has nobody left to talk to. */
  private static void endWithParent(Kernel kernel) {
    String pid = System.getenv("JPY_PARENT_PID");
    if (pid == null || !pid.matches("\\d{2,18}")) {
      return;
    }
    Optional<ProcessHandle> parent = ProcessHandle.of(Long.parseLong(pid));
    if (parent.isPresent()) {
      var _ = parent.get().onExit().thenRun(() -> kernel.end(0));
    } else if (isAdopted()) {
      kernel.end(0);
    }
  }

  /** Whether the system's first process has taken the place of whoever started this one. */
  private static boolean isAdopted() {
    return ProcessHandle.current().parent().map(parent -> parent.pid() == 1).orElse(false);
  }
}
