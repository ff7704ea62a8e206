package llmthreads.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The name of the processor, and those of its instructions that decide how fast it multiplies. */
final class Processor {
  private static final List<String> TELLING =
      List.of(
          "avx2",
          "avx512f",
          "avx512_vnni",
          "avx512_bf16",
          "amx_bf16",
          "amx_int8",
          "asimd",
          "sve",
          "bf16");

  private Processor() {}

  static String describe() {
    try {
      Path linux = Path.of("/proc/cpuinfo");
      if (Files.exists(linux)) {
        return describe(Files.readAllLines(linux));
      }
    } catch (IOException e) {
      return elsewhere();
    }
    return elsewhere();
  }

  /** From the lines of Linux's {@code /proc/cpuinfo}. */
  static String describe(List<String> lines) {
    String name = value(lines, "model name").orElseGet(Processor::elsewhere);
    String flags = value(lines, "flags").or(() -> value(lines, "Features")).orElse("");
    List<String> has = Arrays.asList(flags.split(" "));
    String telling = TELLING.stream().filter(has::contains).collect(Collectors.joining(" "));
    String family = value(lines, "cpu family").map(number -> ", family " + number).orElse("");
    String model = value(lines, "model").map(number -> " model " + number).orElse("");
    return name + family + model + (telling.isEmpty() ? "" : " (" + telling + ")");
  }

  private static Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
        .map(parts -> parts[1].strip())
        .findFirst();
  }

  private static String elsewhere() {
    return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"))
        .orElse(System.getProperty("os.arch"));
  }
}
