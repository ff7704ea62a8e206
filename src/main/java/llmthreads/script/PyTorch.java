package llmthreads.script;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDManager;

/** DJL's engine; the one place where it is started. Safe for use by several threads. */
final class PyTorch {
  private static final Start START = start();

  /** One of the two is null. */
  private record Start(PtNDManager manager, Throwable failure) {}

  private PyTorch() {}

  private static Start start() {
    try {
      MklOrder.keep();
      PtNDManager manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
      settleFunctions(manager);
      return new Start(manager, null);
    } catch (RuntimeException | LinkageError e) {
      return new Start(null, e);
    }
  }

  /**
   * Calls one of MKL's functions of vectors, so that they choose their code while one thread calls
   * them: when several threads are the first, one of them may get numbers of half the digits.
   */
  private static void settleFunctions(PtNDManager manager) {
    try (NDArray half = manager.create(0.5f);
        NDArray settled = half.tanh()) {
      settled.getFloat();
    }
  }

  /**
   * What owns the tensors; loads PyTorch's libraries, unless that was done.
   *
   * @throws IllegalStateException if they cannot be loaded; it says why
   */
  static PtNDManager manager() {
    if (START.failure() != null) {
      throw new IllegalStateException(
          "PyTorch cannot be loaded ("
              + root(START.failure())
              + "). Its libraries are in the jar pytorch-native-cpu for this system and are"
              + " unpacked to ~/.djl.ai, or to the folder that DJL_CACHE_DIR names;"
              + " PYTORCH_LIBRARY_PATH names others to use instead. Mend this and start Java"
              + " again.",
          START.failure());
    }
    return START.manager();
  }

  /** Whether its libraries are those for CUDA, and CUDA finds a GPU. */
  static boolean hasCuda() {
    return manager().getEngine().hasCapability(StandardCapabilities.CUDA);
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
