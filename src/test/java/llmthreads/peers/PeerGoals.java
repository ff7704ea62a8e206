package llmthreads.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import llmthreads.measure.Quantiles;
import llmthreads.measure.StepWork;
import llmthreads.model.Config;

/**
 * How often as fast as its peers this engine is, beside how often it wants to be: ratios of medians
 * that were measured in the same run. What needs a peer that was left out, or one that computes
 * something else, is left out too.
 */
final class PeerGoals {
  private static final List<Form> WHOLE = List.of(Form.F32, Form.BF16);

  private final PeerSettings settings;
  private final Config config;
  private final Results results;
  private final PeerLimits limits;
  private final List<String> lines = new ArrayList<>();

  private PeerGoals(PeerSettings settings, Config config, Results results, PeerLimits limits) {
    this.settings = settings;
    this.config = config;
    this.results = results;
    this.limits = limits;
  }

  /** A table in Markdown, empty when nothing can be compared. */
  static String table(PeerSettings settings, Config config, Results results, PeerLimits limits) {
    PeerGoals goals = new PeerGoals(settings, config, results, limits);
    goals.llamaCpp();
    goals.jlama();
    goals.plain();
    goals.machine();
    return goals.lines.isEmpty()
        ? ""
        : "\n| this engine | against | at | ratio | goal |  |\n"
            + "| --- | --- | --- | --- | --- | --- |\n"
            + String.join("", goals.lines);
  }

  private void llamaCpp() {
    String one = Results.decode(1);
    String prompt = Results.prefill(PeerSettings.LONG);
    for (Form form : WHOLE) {
      add(one, 1.1, fastest(one, Peer.OURS, form), fastest(one, Peer.LLAMA_CPP, form));
      add(prompt, 1.3, fastest(prompt, Peer.OURS, form), fastest(prompt, Peer.LLAMA_CPP, form));
    }
    add(one, 1, fastest(one, Peer.OURS, Form.INT8), fastest(one, Peer.LLAMA_CPP, Form.Q8_0));
    add(
        prompt,
        2.5,
        fastest(prompt, Peer.OURS, Form.INT8),
        fastest(prompt, Peer.LLAMA_CPP, Form.Q8_0));
    add(Results.decode(16), 1.5, Peer.LLAMA_CPP, Form.values());
    add(Results.decode(64), 2, Peer.LLAMA_CPP, Form.values());
  }

  private void jlama() {
    for (Form form : WHOLE) {
      add(Results.prefill(PeerSettings.LONG), 1, Peer.JLAMA, form);
      for (int batch : settings.batches()) {
        add(Results.decode(batch), batch < 16 ? 1 : 3, Peer.JLAMA, form);
      }
    }
  }

  private void plain() {
    int most = settings.batches().stream().max(Integer::compare).orElse(1);
    add(Results.decode(most), 10, Peer.PLAIN, Form.values());
  }

  /** Shares of what the machine reads and computes at most. */
  private void machine() {
    for (Form form : WHOLE) {
      share(form, 1, "memory", 0.8, form.work(config, 1, 1, settings.middle()));
    }
    StepWork work = Form.BF16.work(config, 64, 1, settings.middle());
    share(Form.BF16, 64, "peak", 0.6, new StepWork(work.flops(), 0));
  }

  private void share(Form form, int batch, String limit, double goal, StepWork step) {
    String measurement = Results.decode(batch);
    fastest(measurement, Peer.OURS, form)
        .ifPresent(
            our -> {
              double least = settings.steps() * limits.leastMs(form, step);
              line(form, "the machine's " + limit, measurement, least / our.ms(), goal);
            });
  }

  /** Compares the fastest of this engine's forms with the fastest of another's. */
  private void add(String measurement, double goal, String engine, Form... forms) {
    add(
        measurement,
        goal,
        fastest(measurement, Peer.OURS, forms),
        fastest(measurement, engine, forms));
  }

  private void add(
      String measurement, double goal, Optional<Fastest> our, Optional<Fastest> other) {
    if (our.isPresent() && other.isPresent()) {
      Form form = our.get().peer().form();
      double ratio = other.get().ms() / our.get().ms();
      line(form, other.get().peer().label(), measurement, ratio, goal);
    }
  }

  private void line(Form our, String against, String at, double ratio, double goal) {
    lines.add(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | × %.2f | %.1f | %s |%n",
            our.label(),
            against,
            at,
            ratio,
            goal,
            ratio >= goal ? "met" : "missed"));
  }

  private Optional<Fastest> fastest(String measurement, String engine, Form... forms) {
    return results.peers().stream()
        .filter(peer -> peer.engine().startsWith(engine) && results.right(peer.engine()))
        .filter(peer -> List.of(forms).contains(peer.form()))
        .filter(peer -> results.samples(peer, measurement).length > 0)
        .map(peer -> new Fastest(peer, Quantiles.median(results.samples(peer, measurement))))
        .min((a, b) -> Double.compare(a.ms(), b.ms()));
  }

  /** Who was it, and the median of what it took. */
  private record Fastest(Peer peer, double ms) {}
}
