package llmthreads.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md says is so. */
class ReadmeTest {
  private static final Path TOP = Path.of("..");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LESSON = Pattern.compile("\\(notebooks/([^)]*\\.ipynb)\\)");

  private final String readme = read("README.md");

  @Test
  void its_test_command_is_the_one_that_ci_runs() {
    List<String> commands = commands("## Two commands");
    assertEquals(List.of("notebooks/run", "mvn verify"), commands);
    List<String> ci =
        read(".ci/run").lines().filter(line -> line.matches("(exec )?mvn .*")).toList();
    assertEquals(
        List.of("mvn verify"),
        ci.stream().map(line -> line.replace("exec ", "").replace(" -B", "")).toList());
    assertTrue(Files.isExecutable(TOP.resolve(commands.getFirst())));
    assertTrue(Files.isExecutable(TOP.resolve(".ci/run")));
  }

  @Test
  void the_build_runs_the_lessons_by_the_command_that_it_names() {
    assertTrue(read("notebooks/pom.xml").contains("<executable>${project.basedir}/run<"));
  }

  @Test
  void its_table_lists_the_lessons_that_there_are() throws IOException {
    try (Stream<Path> files = Files.list(TOP.resolve("notebooks"))) {
      List<String> lessons =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".ipynb"))
              .sorted()
              .toList();
      var listed = LESSON.matcher(readme).results().map(match -> match.group(1)).toList();
      assertEquals(lessons, listed, "the lessons there are, and those that README.md lists");
    }
  }

  @Test
  void its_java_example_runs_and_answers_rightly(@TempDir Path folder) throws Exception {
    var blocks = JAVA.matcher(readme).results().map(match -> match.group(1)).toList();
    assertEquals(1, blocks.size());
    Path example = Files.writeString(folder.resolve("Example.java"), blocks.getFirst());
    Path errors = folder.resolve("errors.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Dai.djl.offline=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), example.toString()));
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), () -> "Example.java failed: " + readIn(errors));
    assertEquals(List.of("42", "42", "forty-two"), printed.lines().toList());
  }

  /** The indented lines below a heading, up to the next heading. */
  private List<String> commands(String heading) {
    return readme
        .lines()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("    "))
        .map(String::strip)
        .toList();
  }

  private static String read(String file) {
    return readIn(TOP.resolve(file));
  }

  private static String readIn(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
