package llmthreads.kernel.magic;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.util.List;

/** {@code %system COMMAND} runs a command of the shell and shows what it prints. */
final class SystemMagic {
  private final Session session;

  private SystemMagic(Session session) {
    this.session = session;
  }

  static void register(Magics magics, Session session) {
    magics.line("system", new SystemMagic(session)::run);
  }

  private Object run(String command) throws MagicException {
    if (command.isEmpty()) {
      throw new MagicException("%%system needs a command, such as %%system ls -l.".formatted());
    }
    int status = session.interruptibly(() -> status(command));
    if (status != 0) {
      throw new MagicException("'" + command + "' has ended with status " + status + ".");
    }
    return null;
  }

  private static int status(String command) throws MagicException {
    Process process = start(command);
    Thread printer = Thread.startVirtualThread(() -> print(process));
    try {
      int status = process.waitFor();
      printer.join();
      return status;
    } catch (InterruptedException e) {
      throw new MagicException("'" + command + "' was stopped.", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }

  private static Process start(String command) throws MagicException {
    boolean windows = File.separatorChar == '\\';
    try {
      Process process =
          new ProcessBuilder(windows ? List.of("cmd", "/c", command) : List.of("sh", "-c", command))
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new MagicException("The shell cannot be started: " + e.getMessage() + ".", e);
    }
  }

  /** Prints as it comes; a process that is stopped closes its end. */
  private static void print(Process process) {
    char[] part = new char[4096];
    try (Reader output = process.inputReader()) {
      for (int length = output.read(part); length >= 0; length = output.read(part)) {
        System.out.print(new String(part, 0, length));
      }
    } catch (IOException e) {
      System.out.println("The output ends here: " + e.getMessage() + ".");
    }
  }
}
