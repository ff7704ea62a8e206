package llmthreads.peers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import llmthreads.trace.Csv;

/** What was measured of the peers of one model, and what was not, and why. Not for threads. */
final class Results {
  /** The name of the measurement that {@code load} makes, in ms. */
  static final String LOAD = "load";

  private final Map<Peer, Map<String, List<Double>>> samples = new LinkedHashMap<>();
  private final Map<Peer, Long> peakBytes = new LinkedHashMap<>();
  private final Map<Peer, List<Integer>> tokens = new LinkedHashMap<>();
  private final Map<String, Set<String>> left = new LinkedHashMap<>();

  /** The name of the measurement of a prompt. */
  static String prefill(int tokens) {
    return "prefill " + tokens;
  }

  /** The name of the measurement of some tokens of each sequence. */
  static String decode(int batch) {
    return "batch " + batch;
  }

  /** Adds a sample. */
  void add(Peer peer, String measurement, double ms) {
    samples
        .computeIfAbsent(peer, missing -> new LinkedHashMap<>())
        .computeIfAbsent(measurement, missing -> new ArrayList<>())
        .add(ms);
  }

  /** Adds what a process had at most. */
  void addPeak(Peer peer, long bytes) {
    peakBytes.put(peer, bytes);
  }

  /** Adds tokens to a peer's greedy answers. */
  void addTokens(Peer peer, List<Integer> greedy) {
    tokens.computeIfAbsent(peer, missing -> new ArrayList<>()).addAll(greedy);
  }

  /** Says that something of a peer is left out. */
  void leaveOut(Peer peer, String what, String why) {
    left.computeIfAbsent(peer.label() + ": " + why, missing -> new LinkedHashSet<>()).add(what);
  }

  /** Those of which there is anything. */
  List<Peer> peers() {
    return List.copyOf(samples.keySet());
  }

  /** Samples in ms, in the order in which they were taken; none where it was left out. */
  double[] samples(Peer peer, String measurement) {
    return samples.getOrDefault(peer, Map.of()).getOrDefault(measurement, List.of()).stream()
        .mapToDouble(ms -> ms)
        .toArray();
  }

  Optional<Long> peakBytes(Peer peer) {
    return Optional.ofNullable(peakBytes.get(peer));
  }

  /**
   * How many tokens of a peer's greedy answers are those of the first peer, which is this engine in
   * single precision unless it was left out.
   */
  Optional<Same> sameTokens(Peer peer) {
    if (!tokens.containsKey(peer)) {
      return Optional.empty();
    }
    List<Integer> first = tokens.values().iterator().next();
    List<Integer> own = tokens.get(peer);
    int same = 0;
    for (int i = 0; i < own.size(); i++) {
      same += i < first.size() && own.get(i).equals(first.get(i)) ? 1 : 0;
    }
    return Optional.of(new Same(same, own.size()));
  }

  /** Tokens that are the same, of how many. */
  record Same(int tokens, int of) {
    /** Rounding may turn a token, and then all behind it; a program that is right keeps half. */
    boolean right() {
      return 2 * tokens >= of;
    }

    @Override
    public String toString() {
      return tokens + "/" + of;
    }
  }

  /** Whether an engine answers in single precision as the first peer does, as far as it did. */
  boolean right(String engine) {
    return tokens.keySet().stream()
        .filter(peer -> peer.form() == Form.F32 && peer.engine().equals(engine))
        .allMatch(peer -> sameTokens(peer).orElseThrow().right());
  }

  /** Sentences about what was left out, and about those whose figures mean nothing. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    left.forEach(
        (why, whats) -> remarks.add("Left out: " + String.join(", ", whats) + " of " + why + "."));
    for (Peer peer : tokens.keySet()) {
      if (peer.form() == Form.F32 && !right(peer.engine())) {
        remarks.add(
            "Void: %s computes something else (%s tokens are the same), whatever the form."
                .formatted(peer.engine(), sameTokens(peer).orElseThrow()));
      }
    }
    return remarks;
  }

  /** All samples: columns model, engine, form, measurement, repetition (from 1) and ms. */
  String csv(String model) {
    StringBuilder text = new StringBuilder();
    samples.forEach(
        (peer, measurements) ->
            measurements.forEach(
                (name, times) -> {
                  for (int i = 0; i < times.size(); i++) {
                    String ms = String.format(Locale.ROOT, "%.4f", times.get(i));
                    text.append(
                        Csv.row(model, peer.engine(), peer.form().label(), name, i + 1, ms));
                  }
                }));
    return text.toString();
  }
}
