package llmthreads.device;

import java.util.List;

/**
 * A place where tensors live and are computed.
 *
 * @param kind of device
 * @param index among those of its kind, from 0
 * @param cores processors that this process may keep busy at once; a control group's quota may make
 *     it a fraction
 */
public record Device(Kind kind, int index, double cores) {
  /** What a device is. */
  public enum Kind {
    /** The processor cores of this machine. */
    CPU
  }

  /** Every device that the engine can use, the CPU first. */
  public static List<Device> all() {
    return List.of(cpu());
  }

  /** The processor, with the cores that the operating system and its control group grant now. */
  public static Device cpu() {
    return new Device(
        Kind.CPU,
        0,
        Math.min(Runtime.getRuntime().availableProcessors(), new ControlGroup().cores()));
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(java.util.Locale.ROOT) + ":" + index;
  }
}
