package llmthreads.script;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
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
      return new Start(
          (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu()), null);
    } catch (RuntimeException | LinkageError e) {
      return new Start(null, e);
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
