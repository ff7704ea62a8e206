package llmthreads.kernel;

import java.lang.reflect.Proxy;
import llmthreads.kernel.wire.Log;

/**
 * The signal that a terminal's Ctrl-C or an older client sends to interrupt. The JDK supports its
 * class without recommending it, so the compiler is not told.
 */
final class Sigint {
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
      var _ = signal.getMethod("handle", signal, handler).invoke(null, sigint, proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      Log.warn("This JVM does not pass on SIGINT; cells are interrupted by messages only: " + e);
    }
  }
}
