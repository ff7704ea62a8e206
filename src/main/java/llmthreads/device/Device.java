package llmthreads.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final Path QUOTA = Path.of("/sys/fs/cgroup/cpu.max");

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
    return new Device(Kind.CPU, 0, Math.min(Runtime.getRuntime().availableProcessors(), quota()));
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(java.util.Locale.ROOT) + ":" + index;
  }

  /**
   * A control group's {@code cpu.max} is "quota period" in µs, or "max period"; the JVM rounds it
   * up.
   */
  private static double quota() {
    try {
      return Files.exists(QUOTA) ? cores(Files.readString(QUOTA)) : Double.POSITIVE_INFINITY;
    } catch (IOException e) {
      return Double.POSITIVE_INFINITY;
    }
  }

  static double cores(String quotaAndPeriod) {
    String[] words = quotaAndPeriod.strip().split(" ");
    try {
      return Double.parseDouble(words[0]) / Double.parseDouble(words[1]);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Double.POSITIVE_INFINITY;
    }
  }
}
