package llmthreads.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A class that holds tests has a name by which the build finds and runs it. */
class TestNamesTest {
  private static final Pattern TEST =
      Pattern.compile("^ *@(Test|ParameterizedTest|Property|Example)\\b", Pattern.MULTILINE);
  private static final Pattern RUN = Pattern.compile(".*(Test|Properties|Interleavings)\\.java");

  @ParameterizedTest
  @ValueSource(strings = {"test/java", "../kernel/src/test/java", "../notebooks/src/test/java"})
  void every_class_with_tests_is_run(String sources) throws IOException {
    List<Path> withTests;
    try (Stream<Path> walk = Files.walk(Path.of(sources))) {
      withTests = walk.filter(TestNamesTest::holdsTests).toList();
    }
    assertFalse(withTests.isEmpty());
    assertEquals(
        List.of(),
        withTests.stream().filter(path -> !RUN.matcher(path.toString()).matches()).toList());
  }

  private static boolean holdsTests(Path path) {
    try {
      return path.toString().endsWith(".java") && TEST.matcher(Files.readString(path)).find();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
