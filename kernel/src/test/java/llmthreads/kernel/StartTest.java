package llmthreads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kernel says that cannot start, or had better not. */
class StartTest {
  private static final String KEY = "1b3f-nobody-may-read-this";

  @TempDir private Path folder;

  /** The one line that a kernel logs before it ends with status 1. */
  private String refusal(Path file) throws Exception {
    try (KernelProcess kernel = KernelProcess.start(file, List.of())) {
      assertEquals(1, kernel.awaitEnd());
      List<String> lines = kernel.log().lines().toList();
      assertEquals(1, lines.size(), kernel.log());
      return lines.getFirst();
    }
  }

  private Path file(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("kernel.json"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void a_missing_file_is_named() throws Exception {
    Path file = folder.resolve("none.json");
    assertEquals(
        "[java kernel] The kernel cannot start: There is no connection file " + file + ".",
        refusal(file));
  }

  @Test
  void a_folder_is_no_file() throws Exception {
    assertTrue(refusal(folder).contains(folder + " cannot be read: Is a directory."));
  }

  @Test
  void a_key_of_the_wrong_kind_is_named_and_not_told() throws Exception {
    String text = KernelProcess.connection(List.of(1, 2, 3, 4, 5), KEY);
    String line = refusal(file(text.replace("\"" + KEY + "\"", "[\"" + KEY + "\"]")));
    assertTrue(line.endsWith("its 'key' is no text."), line);
  }

  @Test
  void a_port_in_use_is_named() throws Exception {
    List<Integer> ports = new ArrayList<>(Training.freePorts(5));
    try (ServerSocket taken = new ServerSocket(0)) {
      ports.set(1, taken.getLocalPort());
      String line = refusal(file(KernelProcess.connection(ports, KEY)));
      String address = "the control channel cannot use tcp://127.0.0.1:" + taken.getLocalPort();
      assertTrue(line.contains(address), line);
    }
  }

  @Test
  void a_file_that_others_may_read_is_told_and_used() throws Exception {
    List<Integer> ports = Training.freePorts(5);
    Path file = file(KernelProcess.connection(ports, KEY));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    try (KernelClient kernel = KernelClient.of(KernelProcess.start(file, ports), KEY)) {
      assertEquals("2", kernel.execute("1 + 1").result());
      String log = kernel.process().log();
      assertTrue(log.contains("Other users of this machine may read"), log);
      assertEquals(1, log.lines().count(), log);
    }
  }
}
