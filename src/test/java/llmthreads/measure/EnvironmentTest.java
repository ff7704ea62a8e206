package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
  @TempDir Path folder;

  @Test
  void an_environment_tells_what_computed() {
    Map<String, String> rows = Environment.read().rows();
    for (String what : List.of("time", "processor", "cores", "memory", "system", "Java", "DJL")) {
      assertFalse(rows.get(what).isBlank(), what);
    }
    assertTrue(rows.get("DJL").matches("\\d+\\.\\d+\\.\\d+"), rows.get("DJL"));
    assertTrue(rows.get("PyTorch").startsWith("2."), rows.get("PyTorch"));
    assertTrue(rows.get("Java").startsWith("25"), rows.get("Java"));
    assertTrue(rows.get("JVM flags").contains("--enable-native-access"), rows.get("JVM flags"));
  }

  @Test
  void folders_of_this_machine_stay_out_of_it() {
    String home = System.getProperty("java.home");
    String here = System.getProperty("user.dir");
    assertEquals(
        "-XX:AOTCache=$JAVA_HOME/a -cp ./b",
        Environment.shortened("-XX:AOTCache=" + home + "/a -cp " + here + "/b"));
    assertFalse(Environment.read().rows().get("JVM flags").contains(here));
  }

  @Test
  void a_model_is_known_by_the_hash_of_its_weights() throws IOException {
    Path model = Files.createDirectory(folder.resolve("tiny"));
    Files.writeString(model.resolve("model.safetensors"), "abc");
    assertEquals(
        // printf abc | sha256sum
        "tiny sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Environment.read().withModel(model).rows().get("model"));
    Path missing = folder.resolve("missing");
    assertThrows(IllegalArgumentException.class, () -> Environment.read().withModel(missing));
  }

  @Test
  void a_branch_is_followed_to_its_commit() throws IOException {
    String hash = "0123456789012345678901234567890123456789";
    write(".git/HEAD", "ref: refs/heads/main\n");
    assertEquals("none yet", described("a/b"));
    write(".git/packed-refs", "# pack-refs\n" + hash + " refs/heads/main\n");
    assertTrue(described("a/b").startsWith(hash + " ("), described("a/b"));
    write(".git/refs/heads/main", hash.replace('0', 'f') + "\n");
    assertTrue(described("").startsWith(hash.replace('0', 'f')), described(""));
  }

  @Test
  void a_second_work_tree_is_followed_to_the_first() throws IOException {
    String hash = "0123456789012345678901234567890123456789";
    write("main/.git/worktrees/other/HEAD", "ref: refs/heads/other\n");
    write("main/.git/worktrees/other/commondir", "../..\n");
    write("main/.git/refs/heads/other", hash + "\n");
    write("other/.git", "gitdir: " + folder.resolve("main/.git/worktrees/other") + "\n");
    assertTrue(described("other").startsWith(hash), described("other"));
  }

  private String described(String inside) {
    return Checkout.around(folder.resolve(inside)).orElseThrow().describe();
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
