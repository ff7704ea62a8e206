package llmthreads.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures the peers of one model in turns: each of them once, then each of them again, so that a
 * slow minute of the machine hits all alike. Who makes it closes it, and the processes with it.
 */
final class PeerRounds implements AutoCloseable {
  /** So long the threads of an engine may spin when it has done its work. */
  private static final int SETTLE_MS = 50;

  /** Sequences whose greedy answers are compared: those of the first alone, then of all at once. */
  private static final List<Integer> CHECKED = List.of(1, 4);

  private static final String ALL = "all";
  private static final int CHECKED_STEPS = 8;

  /** The work of loading, a guess: in tokens of a prompt, as all work here. */
  private static final int LOADING = 1000;

  /** Reading the weights once takes as long as computing so many tokens. */
  private static final int READING = 16;

  private final PeerSettings settings;
  private final Path model;
  private final Listener listener;
  private final Results results = new Results();
  private final Map<Peer, PeerProcess> running = new LinkedHashMap<>();

  /**
   * Rounds over the files of a model.
   *
   * @param model folder of all forms
   */
  PeerRounds(PeerSettings settings, Path model, Listener listener) {
    this.settings = settings;
    this.model = model;
    this.listener = listener;
  }

  /** Hears of every round. */
  @FunctionalInterface
  interface Listener {
    /**
     * It is over.
     *
     * @param what was measured in it
     * @param work of it, a share of {@link #work}
     * @param results so far
     */
    void roundOver(String what, double work, Results results);
  }

  /** Roughly, how much all rounds have to do for each parameter of a model. */
  static double work(PeerSettings settings) {
    double each = prefillWork(PeerSettings.SHORT) + prefillWork(PeerSettings.LONG);
    for (int batch : settings.batches()) {
      each += decodeWork(settings, batch);
    }
    return settings.repetitions() * LOADING + (settings.warmUps() + settings.repetitions()) * each;
  }

  private static double prefillWork(int tokens) {
    return READING + tokens;
  }

  private static double decodeWork(PeerSettings settings, int batch) {
    return settings.steps() * (READING + batch);
  }

  /** Measures everything. */
  Results run(List<Peer> peers) {
    load(peers);
    CHECKED.forEach(this::check);
    for (int tokens : List.of(PeerSettings.SHORT, PeerSettings.LONG)) {
      String begin = "begin 1 %d 1".formatted(tokens);
      rounds(Results.prefill(tokens), running(), begin, prefillWork(tokens));
    }
    settings.batches().forEach(this::decode);
    running.forEach(
        (peer, process) -> process.peakBytes().ifPresent(most -> results.addPeak(peer, most)));
    return results;
  }

  /** Loads every peer's model as often as everything is measured, each time in a new process. */
  private void load(List<Peer> peers) {
    List<Peer> able = new ArrayList<>(peers);
    for (int round = 0; round < settings.repetitions(); round++) {
      able.removeIf(peer -> !load(peer));
      roundOver(Results.LOAD, round, able, LOADING);
    }
  }

  private boolean load(Peer peer) {
    end(peer);
    try {
      Path log = Files.createDirectories(model.resolve("logs"));
      Path errors = log.resolve(peer.label() + ".txt");
      PeerProcess process = PeerProcess.start(peer, errors, settings.patience());
      running.put(peer, process);
      Optional<Answer.Done> loaded =
          done(peer, ALL, process.greeting())
              .flatMap(ready -> done(peer, ALL, process.ask("load " + peer.file(model))));
      loaded.ifPresentOrElse(
          answer -> results.add(peer, Results.LOAD, answer.ms()), () -> end(peer));
      return loaded.isPresent();
    } catch (IOException e) {
      results.leaveOut(peer, ALL, e.getMessage());
      return false;
    }
  }

  /** Has sequences continued, so that all engines can be seen to compute the same. */
  private void check(int rows) {
    String begin = "begin %d %d %d".formatted(rows, PeerSettings.PROMPT, CHECKED_STEPS);
    for (Peer peer : running()) {
      ask(peer, "the check of a batch", begin)
          .ifPresent(
              first -> {
                results.addTokens(peer, first.tokens());
                ask(peer, "the check of a batch", "decode " + CHECKED_STEPS)
                    .ifPresent(more -> results.addTokens(peer, more.tokens()));
              });
    }
  }

  private void decode(int batch) {
    String begin = "begin %d %d %d".formatted(batch, PeerSettings.PROMPT, settings.room());
    List<Peer> able =
        running().stream()
            .filter(peer -> ask(peer, Results.decode(batch), begin).isPresent())
            .toList();
    rounds(Results.decode(batch), able, "decode " + settings.steps(), decodeWork(settings, batch));
  }

  private void rounds(String name, List<Peer> peers, String command, double work) {
    List<Peer> able = new ArrayList<>(peers);
    for (int round = -settings.warmUps(); round < settings.repetitions(); round++) {
      boolean counts = round >= 0;
      able.removeIf(peer -> !measured(peer, name, command, counts));
      roundOver(name, round, able, work);
    }
  }

  private void roundOver(String name, int round, List<Peer> peers, double work) {
    String what =
        "%s: %s, %s, %d peers"
            .formatted(
                model.getFileName(),
                name,
                round < 0
                    ? "warm-up"
                    : "round %d of %d".formatted(round + 1, settings.repetitions()),
                peers.size());
    listener.roundOver(what, work, results);
  }

  private boolean measured(Peer peer, String name, String command, boolean counts) {
    try {
      Thread.sleep(SETTLE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Optional<Answer.Done> answer = ask(peer, name, command);
    answer.filter(any -> counts).ifPresent(told -> results.add(peer, name, told.ms()));
    return answer.isPresent();
  }

  private Optional<Answer.Done> ask(Peer peer, String what, String command) {
    return done(peer, what, running.get(peer).ask(command));
  }

  private Optional<Answer.Done> done(Peer peer, String what, Answer answer) {
    return switch (answer) {
      case Answer.Done done -> Optional.of(done);
      case Answer.Refused(String why) -> {
        results.leaveOut(peer, what, why);
        yield Optional.empty();
      }
      case Answer.Gone(String why) -> {
        results.leaveOut(peer, what.equals(ALL) ? ALL : what + " and all after it", why);
        end(peer);
        yield Optional.empty();
      }
    };
  }

  private List<Peer> running() {
    return List.copyOf(running.keySet());
  }

  private void end(Peer peer) {
    PeerProcess process = running.remove(peer);
    if (process != null) {
      process.close();
    }
  }

  @Override
  public void close() {
    running().forEach(this::end);
  }
}
