package llmthreads.script;

import ai.djl.pytorch.jni.JniUtils;
import llmthreads.device.EngineThread;

/**
 * What PyTorch keeps for each thread that calls it, set once before the thread's first call: no
 * gradients, no graph optimizer (it recompiles for every new shape), and as many intra-op threads
 * as the thread may use.
 *
 * <p>A thread that is no {@link EngineThread} has itself only. With helpers it would keep them
 * until it ends, and where all threads together have more helpers than there are cores, OpenMP lets
 * each of them sleep between two loops: a decode step then takes three times as long.
 */
final class CallingThread {
  private static final ThreadLocal<Boolean> READY = ThreadLocal.withInitial(() -> false);

  private CallingThread() {}

  /** Called before every call of the engine. */
  static void prepare() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          "A virtual thread must not call the engine (PyTorch keeps native memory for each thread"
              + " that does): hand the work to llmthreads.device.EngineThreads");
    }
    if (!READY.get()) {
      set(false, EngineThread.current().map(EngineThread::intraOpThreads).orElse(1));
    }
  }

  /** The same for a thread that will ask for gradients. */
  static void prepareForGradients(int intraOpThreads) {
    set(true, intraOpThreads);
  }

  private static void set(boolean gradients, int intraOpThreads) {
    READY.set(true);
    JniUtils.setGradMode(gradients);
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setNumThreads(intraOpThreads);
  }
}
