package llmthreads.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import llmthreads.measure.Environment;
import llmthreads.model.PublishedShape;
import llmthreads.model.RandomModel;
import llmthreads.script.ElementType;

/**
 * Measures this engine beside others, each in a process of its own, on random models of published
 * shapes whose weights are the same for all: load time, peak memory, time to the first token,
 * prefill, decoding in batches. Writes {@code peers.md} and {@code peers.csv}, anew after each
 * round, so that a run which is ended leaves what it has measured.
 *
 * <p>README.md says how it is run, and what an engine needs to take part. One that is not there is
 * left out, with a sentence.
 */
public final class PeerBenchmark {
  private static final long SEED = 1;
  private static final String CSV = "model,engine,form,measurement,repetition,ms\n";

  private final PeerSettings settings;
  private final TimeLeft timeLeft;
  private final StringBuilder markdown = new StringBuilder();
  private final StringBuilder csv = new StringBuilder(CSV);

  private PeerBenchmark(PeerSettings settings) {
    this.settings = settings;
    timeLeft =
        new TimeLeft(
            PeerRounds.work(settings)
                * settings.shapes().stream()
                    .mapToDouble(shape -> shape.config().parameters())
                    .sum());
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
    }
    System.out.println(markdown);
  }

  private void compare(PublishedShape shape, PeerLimits limits) throws IOException {
    Path model = settings.folder().resolve(shape.label());
    RandomModel.write(shape.config(), SEED, ElementType.F32, model.resolve("f32"));
    RandomModel.write(shape.config(), SEED, ElementType.BF16, model.resolve("bf16"));
    PeerRounds.Listener listener =
        (what, work, soFar) -> {
          timeLeft.behind(work * shape.config().parameters());
          System.out.printf("%s; %s%n", what, timeLeft);
          String tables = new PeerReport(settings, shape, soFar, limits).tables();
          write(
              markdown + tables + "\nNot all of this model is measured.\n",
              csv + soFar.csv(shape.label()));
        };
    try (PeerRounds rounds = new PeerRounds(settings, model, listener)) {
      Results results = rounds.run(settings.chosen());
      markdown.append(new PeerReport(settings, shape, results, limits).tables());
      markdown.append("\n%s after it.%n%n".formatted(load()));
      csv.append(results.csv(shape.label()));
      write(markdown.toString(), csv.toString());
    }
  }

  private void write(String tables, String samples) {
    try {
      replace("peers.md", tables);
      replace("peers.csv", samples);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A run that is ended meanwhile leaves the old file or the new one, never a part. */
  private void replace(String name, String text) throws IOException {
    Path unfinished = settings.folder().resolve(name + ".part");
    Files.writeString(unfinished, text);
    Files.move(unfinished, settings.folder().resolve(name), StandardCopyOption.ATOMIC_MOVE);
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
