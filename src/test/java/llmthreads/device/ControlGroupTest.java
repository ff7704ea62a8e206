package llmthreads.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
  @TempDir Path folder;

  @Test
  void version_2_grants_the_least_of_the_quotas_around() throws IOException {
    write("groups", "0::/user/job");
    write("sys/user/cpu.max", "150000 100000");
    write("sys/user/job/cpu.max", "max 100000");
    assertEquals(1.5, group().cores());
    write("sys/user/job/cpu.max", "50000 100000");
    assertEquals(0.5, group().cores());
  }

  @Test
  void version_1_grants_its_quota() throws IOException {
    write("groups", "4:memory:/job\n3:cpu,cpuacct:/job");
    write("sys/cpu,cpuacct/job/cpu.cfs_quota_us", "250000");
    write("sys/cpu,cpuacct/job/cpu.cfs_period_us", "100000");
    assertEquals(2.5, group().cores());
    write("sys/cpu,cpuacct/job/cpu.cfs_quota_us", "-1");
    assertEquals(Double.POSITIVE_INFINITY, group().cores());
  }

  @Test
  void inside_a_container_the_quota_stands_at_the_root() throws IOException {
    write("groups", "0::/../../elsewhere");
    write("sys/cpu.max", "100000 100000");
    assertEquals(1, group().cores());
  }

  @Test
  void without_control_groups_there_is_no_quota() {
    assertEquals(Double.POSITIVE_INFINITY, group().cores());
  }

  private ControlGroup group() {
    return new ControlGroup(folder.resolve("groups"), folder.resolve("sys"));
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content + "\n");
  }
}
