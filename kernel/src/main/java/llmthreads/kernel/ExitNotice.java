package llmthreads.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who has ended the process: a library that calls {@code System.exit} gives no other trace. */
final class ExitNotice {
  private static final Set<String> MACHINERY =
      Set.of("java.lang.System", "java.lang.Runtime", "java.lang.Shutdown");

  private ExitNotice() {}

  /**
   * A sentence about the thread that is ending the process; empty if none is, as when a signal ends
   * it.
   */
  static Optional<String> of(Map<Thread, StackTraceElement[]> threads) {
    return threads.entrySet().stream()
        .flatMap(
            each -> caller(each.getValue()).map(frame -> notice(each.getKey(), frame)).stream())
        .findFirst();
  }

  private static Optional<StackTraceElement> caller(StackTraceElement[] frames) {
    List<StackTraceElement> outermost = Arrays.asList(frames).reversed();
    StackTraceElement before = null;
    for (StackTraceElement frame : outermost) {
      if (frame.getMethodName().equals("exit") && MACHINERY.contains(frame.getClassName())) {
        return Optional.ofNullable(before).filter(caller -> !isSignalHandler(caller));
      }
      before = frame;
    }
    return Optional.empty();
  }

  private static boolean isSignalHandler(StackTraceElement frame) {
    return frame.getClassName().startsWith("java.lang.Terminator");
  }

  private static String notice(Thread thread, StackTraceElement frame) {
    return "The kernel ends, since "
        + frame
        + " has called System.exit in the thread '"
        + thread.getName()
        + "'. What cells have declared is gone; Jupyter starts a new kernel.";
  }
}
