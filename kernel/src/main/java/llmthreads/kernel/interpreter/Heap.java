package llmthreads.kernel.interpreter;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * What is left of the heap, of which there is one in a JVM. Where cells have taken all of it, no
 * thread of the kernel can go on, so a part of it is kept back and given free when it is needed.
 * Safe for use by several threads.
 */
public final class Heap {
  /** What compiling a small cell and sending its output takes. */
  private static final int NEEDED_BYTES = 8 << 20;

  private static final int RESERVE_BYTES = 4 << 20;
  private static final AtomicReference<byte[]> RESERVE =
      new AtomicReference<>(new byte[RESERVE_BYTES]);
  private static final AtomicBoolean WATCHED = new AtomicBoolean();

  private Heap() {}

  /**
   * From now on runs an action, on a thread of the JVM, whenever a full collection has left less
   * than the kernel needs; only the first call counts.
   */
  public static void watch(Runnable full) {
    if (WATCHED.compareAndSet(false, true)) {
      for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
        if (each instanceof NotificationEmitter emitter) {
          emitter.addNotificationListener(
              (notification, _) -> {
                if (isFull((CompositeData) notification.getUserData())) {
                  release();
                  full.run();
                }
              },
              null,
              null);
        }
      }
    }
  }

  /** Gives back what was kept, so that other threads can go on for a while. */
  public static void release() {
    RESERVE.set(null);
  }

  /**
   * Whether cells hold so much that the next one could not run; garbage does not count. While they
   * do not, something is kept back again.
   */
  public static boolean isExhausted() {
    if (RESERVE.get() != null && free() > NEEDED_BYTES) {
      return false;
    }
    release();
    System.gc();
    if (free() <= RESERVE_BYTES + NEEDED_BYTES) {
      return true;
    }
    RESERVE.set(new byte[RESERVE_BYTES]);
    return false;
  }

  /** How much it holds at most, in MB, and how it holds more: the end of a sentence. */
  public static String limit() {
    return (Runtime.getRuntime().maxMemory() >> 20)
        + " MB; JDK_JAVA_OPTIONS=-Xmx8g in the environment of Jupyter gives it more";
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }

  private static boolean isFull(CompositeData collection) {
    return collection.get("gcAction").toString().contains("major") && free() <= NEEDED_BYTES;
  }
}
