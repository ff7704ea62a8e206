package llmthreads.generate;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import llmthreads.measure.Quantiles;
import llmthreads.model.EmbeddedModel;

/**
 * Time from nothing to the first token of the embedded model: in new processes, from their start
 * and from {@code main}; and in a warm JVM, from loading the model again.
 *
 * <p>Printed: medians, the quartiles around them, and how they divide into parts.
 *
 * <pre>mvn -q -pl src -am -Pbench-first-token test -DskipTests</pre>
 */
public final class FirstTokenBenchmark {
  private static final int PROCESSES = 5;
  private static final int LOADS = 30;

  /** Loads that do not count, since the JVM still compiles. */
  private static final int WARM_UPS = 60;

  private static final String PROMPT = "compute: 12+30";

  /**
   * Where the time went, in ms.
   *
   * @param load until the engine was there
   * @param token from there until the first token was told
   */
  private record Parts(double load, double token) {
    static Parts measure() {
      long began = System.nanoTime();
      try (Engine engine = Engine.load(EmbeddedModel.folder())) {
        long loaded = System.nanoTime();
        long[] told = {0};
        GenerateOptions options =
            GenerateOptions.of(Sampling.greedy())
                .withMaxTokens(1)
                .withListener((prompt, token, text) -> told[0] = System.nanoTime());
        engine.generate(List.of(PROMPT), options);
        return new Parts((loaded - began) / 1e6, (told[0] - loaded) / 1e6);
      }
    }

    double sum() {
      return load + token;
    }
  }

  private FirstTokenBenchmark() {}

  /** Measures both, or, when it is the new process, once. */
  public static void main(String... arguments) throws IOException {
    if (arguments.length > 0) {
      Parts parts = Parts.measure();
      System.out.println(parts.load() + " " + parts.token());
      return;
    }
    cold();
    warm();
  }

  private static void cold() throws IOException {
    List<Double> starts = new ArrayList<>();
    List<Parts> parts = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  FirstTokenBenchmark.class.getName(),
                  "once")
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      long began = System.nanoTime();
      Process process = builder.start();
      try (BufferedReader out = process.inputReader()) {
        double[] ms =
            Arrays.stream(out.readLine().split(" ")).mapToDouble(Double::parseDouble).toArray();
        parts.add(new Parts(ms[0], ms[1]));
        starts.add((System.nanoTime() - began) / 1e6);
      }
    }
    report("new process, from its start", starts);
    reportParts("new process, from main", parts);
  }

  private static void warm() {
    List<Parts> parts = new ArrayList<>();
    for (int i = -WARM_UPS; i < LOADS; i++) {
      Parts each = Parts.measure();
      if (i >= 0) {
        parts.add(each);
      }
    }
    reportParts("warm JVM", parts);
  }

  private static void reportParts(String where, List<Parts> parts) {
    report(where, parts.stream().map(Parts::sum).toList());
    report("  the model is loaded", parts.stream().map(Parts::load).toList());
    report("  its first token", parts.stream().map(Parts::token).toList());
  }

  private static void report(String what, List<Double> samples) {
    double[] ms = samples.stream().mapToDouble(each -> each).toArray();
    System.out.printf(
        Locale.ROOT,
        "%-28s %7.1f ms (%.1f to %.1f)%n",
        what,
        Quantiles.median(ms),
        Quantiles.of(ms, 0.25),
        Quantiles.of(ms, 0.75));
  }
}
