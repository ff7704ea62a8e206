package llmthreads.kernel.wire;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Sentences for whoever looks at the terminal or the log of the Jupyter server. They go to the
 * process's own error stream, which stays open while cells print elsewhere.
 */
public final class Log {
  private static final PrintStream TERMINAL =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

  private Log() {}

  /** Writes one line. */
  public static void warn(String sentence) {
    TERMINAL.println("[java kernel] " + sentence);
  }

  /** Writes one line and the trace of what caused it. */
  public static void warn(String sentence, Throwable cause) {
    warn(sentence);
    cause.printStackTrace(TERMINAL);
  }
}
