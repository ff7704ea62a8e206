package llmthreads.script;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;

/** PyTorch asked the system for memory and got none. What it had asked for before is as it was. */
public final class NativeMemoryException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * How PyTorch, CUDA, C++ and oneDNN say it; oneDNN only that it has no room for a kernel's code
   * or for a matrix.
   */
  private static final List<String> SAYINGS =
      List.of(
          "can't allocate memory",
          "out of memory",
          "bad_alloc",
          "could not create a primitive",
          "could not create a memory object");

  /** What PyTorch says first, behind a trace of its own. */
  private static final String REASON = "RuntimeError: ";

  private NativeMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What an error of the engine is: this one, if memory was missing. */
  static IllegalStateException or(String where, EngineException e) {
    String said = String.valueOf(e.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    return SAYINGS.stream().anyMatch(lower::contains)
        ? new NativeMemoryException(where + ": " + reason(said), e)
        : new IllegalStateException(where + ": " + said, e);
  }

  private static String reason(String said) {
    return said.lines()
        .filter(line -> line.startsWith(REASON))
        .findFirst()
        .map(line -> line.substring(REASON.length()))
        .orElse(said);
  }
}
