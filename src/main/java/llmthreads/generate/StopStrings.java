package llmthreads.generate;

import java.util.List;

/**
 * Finds the first stop string in a text that arrives in pieces, and holds back what may be the
 * beginning of one. For one thread.
 */
final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StopStrings(List<String> stops) {
    this.stops = stops;
  }

  /** What of this piece, and of what was held back, can be shown. */
  String add(String piece) {
    held.append(piece);
    int at = first();
    if (at >= 0) {
      stopped = true;
      held.setLength(at);
      return rest();
    }
    int kept = heldBack();
    String shown = held.substring(0, held.length() - kept);
    held.delete(0, shown.length());
    return shown;
  }

  /** What is still held back, when nothing more comes. */
  String rest() {
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }

  /** Whether a stop string has come; what was given before it is all there is to show. */
  boolean stopped() {
    return stopped;
  }

  private int first() {
    return stops.stream().mapToInt(held::indexOf).filter(at -> at >= 0).min().orElse(-1);
  }

  /** The length of the longest end that begins a stop string. */
  private int heldBack() {
    int longest = stops.stream().mapToInt(String::length).max().orElse(0);
    for (int length = Math.min(longest - 1, held.length()); length > 0; length--) {
      String end = held.substring(held.length() - length);
      if (stops.stream().anyMatch(stop -> stop.startsWith(end))) {
        return length;
      }
    }
    return 0;
  }
}
