package llmthreads.peers;

import java.util.Arrays;
import java.util.List;

/** What a peer says to a command, see {@link PeerServer}. */
sealed interface Answer {
  /**
   * It did it.
   *
   * @param ms it took
   * @param tokens the likeliest ones
   */
  record Done(double ms, List<Integer> tokens) implements Answer {}

  /**
   * It cannot.
   *
   * @param why a sentence
   */
  record Refused(String why) implements Answer {}

  /**
   * It says nothing, and never will again.
   *
   * @param why a sentence
   */
  record Gone(String why) implements Answer {}

  /** Reads a line, without its mark. */
  static Answer parse(String line) {
    String[] words = line.split(" ", 3);
    if (!words[0].equals("ok")) {
      return new Refused(line.replaceFirst("^no ", ""));
    }
    List<Integer> tokens =
        words.length < 3
            ? List.of()
            : Arrays.stream(words[2].split(" ")).map(Integer::valueOf).toList();
    return new Done(Double.parseDouble(words[1]), tokens);
  }
}
