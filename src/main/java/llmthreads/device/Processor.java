package llmthreads.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The processor of this machine.
 *
 * @param name with its family and model, where the system tells them
 * @param instructions those that decide how fast it multiplies; only Linux tells them
 */
public record Processor(String name, List<String> instructions) {
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

  private static final List<String> BFLOAT16 = List.of("avx512_bf16", "amx_bf16", "bf16");

  /** Copies the list. */
  public Processor {
    instructions = List.copyOf(instructions);
  }

  /** What the system tells of it. */
  public static Processor here() {
    try {
      Path linux = Path.of("/proc/cpuinfo");
      return Files.exists(linux)
          ? of(Files.readAllLines(linux))
          : new Processor(elsewhere(), List.of());
    } catch (IOException e) {
      return new Processor(elsewhere(), List.of());
    }
  }

  /** From the lines of Linux's {@code /proc/cpuinfo}. */
  public static Processor of(List<String> lines) {
    String name = value(lines, "model name").orElseGet(Processor::elsewhere);
    String flags = value(lines, "flags").or(() -> value(lines, "Features")).orElse("");
    List<String> instructions = new ArrayList<>(TELLING);
    instructions.retainAll(Arrays.asList(flags.split(" ")));
    String family = value(lines, "cpu family").map(number -> ", family " + number).orElse("");
    String model = value(lines, "model").map(number -> " model " + number).orElse("");
    return new Processor(name + family + model, instructions);
  }

  /** Whether it is known to multiply bfloat16 itself, by AVX-512, AMX or ARM's instructions. */
  public boolean multipliesBfloat16() {
    return BFLOAT16.stream().anyMatch(instructions::contains);
  }

  /** The name, and the instructions in brackets. */
  @Override
  public String toString() {
    return instructions.isEmpty() ? name : name + " (" + String.join(" ", instructions) + ")";
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
