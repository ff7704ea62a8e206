package llmthreads.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import llmthreads.kernel.wire.Log;

/**
 * The signal that a terminal's Ctrl-C or an older client sends to interrupt. The JDK supports its
 * class without recommending it, so the compiler is not told.
 */
final class Sigint {
  private static final int NUMBER = 2;
  private static final long REFUSED = -1;

  private Sigint() {}

  /** From now on the signal runs an action instead of ending the process. */
  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Sigint.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                switch (method.getName()) {
                  case "handle" -> action.run();
                  case "equals" -> {
                    return self == arguments[0];
                  }
                  case "hashCode" -> {
                    return System.identityHashCode(self);
                  }
                  default -> {
                    return "interrupt the running cell";
                  }
                }
                return null;
              });
      Object sigint = signal.getConstructor(String.class).newInstance("INT");
      Method handle = signal.getMethod("handle", signal, handler);
      Object before = handle.invoke(null, sigint, proxy);
      if (before == handler.getField("SIG_IGN").get(null)) {
        heed();
        handle.invoke(null, sigint, proxy);
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      Log.warn("This JVM does not pass on SIGINT; cells are interrupted by messages only: " + e);
    }
  }

  /**
   * A shell starts what it runs in the background with SIGINT ignored, its children inherit that,
   * and the JVM leaves an ignored signal alone: gives it the system's default back.
   */
  @SuppressWarnings("restricted")
  private static void heed() {
    try {
      Linker linker = Linker.nativeLinker();
      MemorySegment byDefault = MemorySegment.NULL;
      MemorySegment ignored =
          (MemorySegment)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("signal"),
                      FunctionDescriptor.of(
                          ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                  .invokeExact(NUMBER, byDefault);
      if (ignored.address() == REFUSED) {
        Log.warn("The system refuses to heed SIGINT; cells are interrupted by messages only.");
      }
    } catch (Throwable e) {
      Log.warn("SIGINT stays ignored; cells are interrupted by messages only: " + e);
    }
  }
}
