package llmthreads.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import llmthreads.measure.Quantiles;
import llmthreads.measure.StepWork;
import llmthreads.model.Config;
import llmthreads.model.PublishedShape;

/**
 * A table of one model's peers, and one of the goals among them.
 *
 * @param limits what the machine reads and computes at most, for each form
 */
record PeerReport(PeerSettings settings, PublishedShape shape, Results results, PeerLimits limits) {
  private static final String NOTHING = "–";

  /** Markdown. */
  String tables() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(heading());
    rows.add(Collections.nCopies(rows.getFirst().size(), "---"));
    results.peers().forEach(peer -> rows.add(row(peer)));
    String table =
        rows.stream()
            .map(row -> "| " + String.join(" | ", row) + " |\n")
            .collect(Collectors.joining());
    return "## %s, %d M parameters%n%n%s%s%n%s"
        .formatted(
            shape.label(),
            shape.config().parameters() / 1_000_000,
            table,
            PeerGoals.table(settings, shape.config(), results, limits),
            results.remarks().stream()
                .map(remark -> "- " + remark + "\n")
                .collect(Collectors.joining()));
  }

  private List<String> heading() {
    List<String> row = new ArrayList<>(List.of("engine", "load, s", "peak memory, MiB"));
    row.add("first token behind %d, ms".formatted(PeerSettings.SHORT));
    row.add(Results.prefill(PeerSettings.LONG) + ", tokens/s");
    settings.batches().forEach(batch -> row.add(Results.decode(batch) + ", tokens/s"));
    row.add("same tokens");
    return row;
  }

  private List<String> row(Peer peer) {
    Config config = shape.config();
    List<String> row = new ArrayList<>();
    row.add(peer.label());
    row.add(time(results.samples(peer, Results.LOAD), "%.3f", 1e-3));
    row.add(results.peakBytes(peer).map(b -> String.valueOf(b >> 20)).orElse(NOTHING));
    String first = Results.prefill(PeerSettings.SHORT);
    row.add(time(results.samples(peer, first), "%.1f", 1));
    StepWork all = peer.form().work(config, 1, PeerSettings.LONG, 0);
    row.add(speed(peer, Results.prefill(PeerSettings.LONG), PeerSettings.LONG, 1, all));
    for (int batch : settings.batches()) {
      StepWork step = peer.form().work(config, batch, 1, settings.middle());
      int tokens = batch * settings.steps();
      row.add(speed(peer, Results.decode(batch), tokens, settings.steps(), step));
    }
    row.add(results.sameTokens(peer).map(Results.Same::toString).orElse(NOTHING));
    return row;
  }

  private static String time(double[] samples, String format, double unit) {
    return samples.length == 0
        ? NOTHING
        : String.format(Locale.ROOT, format, Quantiles.median(samples) * unit);
  }

  /** Tokens in a second, half the distance between the quartiles, the share of the limit. */
  private String speed(Peer peer, String name, int tokens, int steps, StepWork step) {
    double[] ms = results.samples(peer, name);
    if (ms.length == 0) {
      return NOTHING;
    }
    double[] speeds = Arrays.stream(ms).map(sample -> tokens * 1e3 / sample).toArray();
    double median = Quantiles.median(speeds);
    double spread = (Quantiles.of(speeds, 0.75) - Quantiles.of(speeds, 0.25)) / 2;
    double least = limits.leastMs(peer.form(), step) * steps;
    double share = 100 * least / (tokens * 1e3 / median);
    return String.format(Locale.ROOT, "%.0f ± %.0f (%.0f %%)", median, spread, share);
  }
}
