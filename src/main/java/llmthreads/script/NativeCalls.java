package llmthreads.script;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The gate through which every computation in native code goes. When the process ends, PyTorch's
 * libraries take down what running operators still read, and a thread inside one of them crashes
 * the JVM; so the end waits for the calls that run and lets no other begin.
 */
final class NativeCalls {
  private static final long PATIENCE_SECONDS = 30;
  private static final ReentrantReadWriteLock GATE = new ReentrantReadWriteLock();
  private static volatile boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(NativeCalls::end, "engine-end"));
  }

  private NativeCalls() {}

  /** Runs a call, unless the process is ending. */
  static <T> T run(Supplier<T> call) {
    if (ending || !GATE.readLock().tryLock()) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
      throw new IllegalStateException("The process is ending: the engine takes no further call");
    }
    try {
      return call.get();
    } finally {
      GATE.readLock().unlock();
    }
  }

  private static void end() {
    ending = true;
    try {
      GATE.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
