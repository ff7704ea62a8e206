package llmthreads.device;

import java.util.Locale;

/**
 * A place where tensors live and are computed. Which there are, {@code script.Devices} says.
 *
 * @param kind of device
 * @param index among those of its kind, from 0
 * @param cores workers that it can keep busy at once: processors that this process may use, of
 *     which a control group's quota may leave a fraction, or 1 for a GPU
 */
public record Device(Kind kind, int index, double cores) {
  /** What a device is. */
  public enum Kind {
    /** The processor cores of this machine. */
    CPU,
    /** A GPU of NVIDIA's. */
    CUDA
  }

  /** The processor, with the cores that the operating system and its control group grant now. */
  public static Device cpu() {
    return new Device(
        Kind.CPU,
        0,
        Math.min(Runtime.getRuntime().availableProcessors(), new ControlGroup().cores()));
  }

  /**
   * A GPU, by the number that CUDA gives it.
   *
   * @param index from 0; {@code CUDA_VISIBLE_DEVICES} chooses and orders those that count
   */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index, 1);
  }

  /** Whether it is a GPU, which has numbers in a memory of its own. */
  public boolean isGpu() {
    return kind == Kind.CUDA;
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + ":" + index;
  }
}
