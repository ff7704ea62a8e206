package llmthreads.script;

import java.util.ArrayList;
import java.util.List;
import llmthreads.device.Device;

/**
 * The devices on which PyTorch, as it was loaded, can compute: the processor, and NVIDIA's GPUs
 * where its libraries for CUDA were loaded and the system has a driver. They are looked for once.
 * Safe for use by several threads, platform threads only.
 */
public final class Devices {
  private static final List<Device> GPUS = gpus();

  private Devices() {}

  /**
   * All of them, the processor first.
   *
   * @throws IllegalStateException when PyTorch's libraries cannot be loaded
   */
  public static List<Device> all() {
    List<Device> all = new ArrayList<>(List.of(Device.cpu()));
    all.addAll(GPUS);
    return List.copyOf(all);
  }

  /** Where a model goes for which no device is named: the first GPU, or else the processor. */
  public static Device preferred() {
    return GPUS.isEmpty() ? Device.cpu() : GPUS.getFirst();
  }

  /**
   * PyTorch tells whether it has CUDA, but not how many GPUs: it takes a number on each, or not.
   */
  private static List<Device> gpus() {
    List<Device> found = new ArrayList<>();
    while (PyTorch.hasCuda()) {
      Device next = Device.cuda(found.size());
      try (Tensor number = Tensor.zeros(next, ElementType.U8, 1)) {
        found.add(next);
      } catch (NativeMemoryException e) {
        throw e;
      } catch (IllegalStateException e) {
        break;
      }
    }
    return List.copyOf(found);
  }
}
