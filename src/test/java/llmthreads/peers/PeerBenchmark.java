package llmthreads.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import llmthreads.measure.Environment;
import llmthreads.model.PublishedShape;
import llmthreads.model.RandomModel;
import llmthreads.script.ElementType;

/**
 * Measures this engine beside others, each in a process of its own, on random models of published
 * shapes whose weights are the same for all: load time, peak memory, time to the first token,
 * prefill, decoding in batches. Writes {@code peers.md} and {@code peers.csv}.
 *
 * <p>README.md says how it is run, and what an engine needs to take part. One that is not there is
 * left out, with a sentence.
 */
public final class PeerBenchmark {
  private static final long SEED = 1;
  private static final String CSV = "model,engine,form,measurement,repetition,ms\n";

  private final PeerSettings settings;
  private final StringBuilder markdown = new StringBuilder();
  private final StringBuilder csv = new StringBuilder(CSV);

  private PeerBenchmark(PeerSettings settings) {
    this.settings = settings;
  }

  /** Runs what the arguments say, see {@link PeerSettings}. */
  public static void main(String... arguments) throws IOException {
    new PeerBenchmark(PeerSettings.of(arguments)).run();
  }

  private void run() throws IOException {
    Files.createDirectories(settings.folder());
    Environment environment = Environment.read().withSeed(SEED);
    environment.warnings().forEach(System.out::println);
    PeerLimits limits = PeerLimits.measure(settings.repetitions());
    markdown.append("# This engine and its peers\n\n```\n").append(environment).append("\n```\n\n");
    markdown.append(legend(limits));
    for (PublishedShape shape : settings.shapes()) {
      compare(shape, limits);
      Files.writeString(settings.folder().resolve("peers.md"), markdown);
      Files.writeString(settings.folder().resolve("peers.csv"), csv);
    }
    System.out.println(markdown);
  }

  private void compare(PublishedShape shape, PeerLimits limits) throws IOException {
    Path model = settings.folder().resolve(shape.label());
    RandomModel.write(shape.config(), SEED, ElementType.F32, model.resolve("f32"));
    RandomModel.write(shape.config(), SEED, ElementType.BF16, model.resolve("bf16"));
    try (PeerRounds rounds = new PeerRounds(settings, model)) {
      Results results = rounds.run(settings.chosen());
      markdown.append(new PeerReport(settings, shape, results, limits).table());
      markdown.append("\n%s after it.%n%n".formatted(load()));
      csv.append(results.csv(shape.label()));
    }
  }

  private static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return String.format(Locale.ROOT, "The machine's load average was %.1f", load);
  }

  private String legend(PeerLimits limits) {
    return """
    The machine at most: %s, measured by this engine's kernels. In parentheses the share of what \
    these limits allow: each weight and each cached number is read once for a step, and each \
    weight multiplied once for a token. Medians of %d, ± half the distance between the quartiles. \
    Same tokens: how many of a greedy answer, of one sequence and of four at once, are those of \
    the first row.

    """
        .formatted(limits, settings.repetitions());
  }
}
