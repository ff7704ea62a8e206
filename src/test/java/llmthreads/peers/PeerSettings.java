package llmthreads.peers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llmthreads.model.PublishedShape;

/**
 * What is compared, and how often.
 *
 * @param shapes of models
 * @param peers as options name them, see {@link Peer#named}; none for all
 * @param batches sequences that are decoded at once
 * @param repetitions of every measurement
 * @param warmUps before them
 * @param steps tokens of each sequence in one measurement of decoding
 * @param patience how long an answer is waited for
 * @param python the interpreter that has the Python peers
 * @param folder of the models and the results
 */
record PeerSettings(
    List<PublishedShape> shapes,
    List<String> peers,
    List<Integer> batches,
    int repetitions,
    int warmUps,
    int steps,
    Duration patience,
    String python,
    Path folder) {
  /** Tokens that each sequence has before it is decoded. */
  static final int PROMPT = 32;

  /** Tokens of the prompt behind which the first token is waited for. */
  static final int SHORT = 64;

  /** Tokens of a prompt that fills the machine. */
  static final int LONG = 512;

  /** Reads {@code name=value} words. */
  static PeerSettings of(String... words) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String word : words) {
      String[] parts = word.split("=", 2);
      values.put(parts[0], parts.length < 2 ? "" : parts[1]);
    }
    return new PeerSettings(
        list(values.get("models")).stream().map(PublishedShape::named).toList(),
        list(values.get("peers")),
        list(values.get("batches")).stream().map(Integer::valueOf).toList(),
        Integer.parseInt(values.get("repetitions")),
        Integer.parseInt(values.get("warm-ups")),
        Integer.parseInt(values.get("steps")),
        Duration.ofSeconds(Math.round(60 * Double.parseDouble(values.get("patience")))),
        values.get("python"),
        Path.of(values.get("folder")));
  }

  private static List<String> list(String words) {
    return Arrays.stream(words.split(",")).filter(word -> !word.isBlank()).toList();
  }

  /** Those of all peers that the options name. */
  List<Peer> chosen() {
    return Peer.all(python).stream()
        .filter(peer -> peers.isEmpty() || peers.stream().anyMatch(peer::named))
        .toList();
  }

  /** Positions that a sequence needs behind its prompt. */
  int room() {
    return (warmUps + repetitions) * steps;
  }

  /** Tokens of a sequence in the middle of its decoding. */
  int middle() {
    return PROMPT + room() / 2;
  }
}
