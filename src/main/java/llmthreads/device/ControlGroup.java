package llmthreads.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How much processor time the operating system grants this process: the least of the quotas of its
 * control group and of those around it, in version 1 ({@code cpu.cfs_quota_us}) and version 2
 * ({@code cpu.max}) of Linux's control groups. The JVM knows it too, but rounds it up to whole
 * cores.
 */
final class ControlGroup {
  private final Path groups;
  private final Path mounts;

  /** The control group of this process. */
  ControlGroup() {
    this(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
  }

  /**
   * A control group as files tell.
   *
   * @param groups lines {@code id:controllers:path}
   * @param mounts where the hierarchies are mounted
   */
  ControlGroup(Path groups, Path mounts) {
    this.groups = groups;
    this.mounts = mounts;
  }

  /** Cores, possibly a fraction; infinite where there is no quota or no control group. */
  double cores() {
    double least = least(mounts, "/");
    for (String line : lines(groups)) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      if (parts[1].isEmpty()) {
        least = Math.min(least, least(mounts, parts[2]));
      } else if (Arrays.asList(parts[1].split(",")).contains("cpu")) {
        least = Math.min(least, least(mounts.resolve(parts[1]), parts[2]));
        least = Math.min(least, least(mounts.resolve("cpu"), parts[2]));
      }
    }
    return least;
  }

  /** The least quota of a group and those that it lies in. */
  private static double least(Path mount, String path) {
    double least = Double.POSITIVE_INFINITY;
    Path group = mount.resolve(path.replaceFirst("^/+", "")).normalize();
    while (group != null && group.startsWith(mount)) {
      least = Math.min(least, quota(group));
      group = group.getParent();
    }
    return least;
  }

  private static double quota(Path group) {
    String[] second = first(group.resolve("cpu.max")).split(" ");
    return second.length == 2
        ? ratio(second[0], second[1])
        : ratio(
            first(group.resolve("cpu.cfs_quota_us")), first(group.resolve("cpu.cfs_period_us")));
  }

  /** Both in µs; {@code max} and -1 mean that there is no quota. */
  private static double ratio(String quota, String period) {
    try {
      double cores = Double.parseDouble(quota) / Double.parseDouble(period);
      return cores > 0 ? cores : Double.POSITIVE_INFINITY;
    } catch (NumberFormatException e) {
      return Double.POSITIVE_INFINITY;
    }
  }

  private static String first(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? "" : lines.getFirst().strip();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
