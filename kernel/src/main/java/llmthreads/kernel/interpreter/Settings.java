package llmthreads.kernel.interpreter;

import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the environment asks of every session, by the variables that IJava's users know.
 *
 * @param classPath {@code IJAVA_CLASSPATH}: jars, folders and patterns such as {@code lib/*.jar},
 *     parted as a class path is
 * @param compilerOptions {@code IJAVA_COMPILER_OPTS}, parted by white space
 * @param scripts {@code IJAVA_STARTUP_SCRIPTS_PATH}: files of Java that run at the start, parted
 *     and with patterns as the class path
 * @param script {@code IJAVA_STARTUP_SCRIPT}: Java that runs after them
 * @param timeout {@code IJAVA_TIMEOUT} in milliseconds: the longest that a cell may run; none if it
 *     is missing or negative
 */
public record Settings(
    List<String> classPath,
    List<String> compilerOptions,
    List<String> scripts,
    String script,
    Optional<Duration> timeout) {
  /** What variables say; a sentence goes to {@code warnings} for one that says nothing. */
  public static Settings of(Map<String, String> environment, Consumer<String> warnings) {
    return new Settings(
        parts(environment, "IJAVA_CLASSPATH", File.pathSeparator),
        parts(environment, "IJAVA_COMPILER_OPTS", "\\s+"),
        parts(environment, "IJAVA_STARTUP_SCRIPTS_PATH", File.pathSeparator),
        environment.getOrDefault("IJAVA_STARTUP_SCRIPT", ""),
        timeout(environment.getOrDefault("IJAVA_TIMEOUT", "").strip(), warnings));
  }

  private static List<String> parts(Map<String, String> environment, String name, String by) {
    return Stream.of(environment.getOrDefault(name, "").split(by))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static Optional<Duration> timeout(String text, Consumer<String> warnings) {
    if (text.isEmpty() || text.startsWith("-")) {
      return Optional.empty();
    }
    if (!text.matches("\\d{1,15}")) {
      warnings.accept(
          "IJAVA_TIMEOUT is '"
              + text
              + "', not a number of milliseconds: cells run as long as they"
              + " like.");
      return Optional.empty();
    }
    return Optional.of(Duration.ofMillis(Long.parseLong(text)));
  }
}
