package llmthreads.trace;

import java.util.Objects;

/**
 * What one thread did for a while.
 *
 * @param lane who did it: a thread's or a worker's name
 * @param name what was done, such as {@code prefill}
 * @param startNs when it began, in {@link System#nanoTime} nanoseconds
 * @param endNs when it ended, likewise
 * @param bytes moved meanwhile, 0 where that is of no interest
 */
public record Span(String lane, String name, long startNs, long endNs, long bytes) {
  /** Checks that the span does not end before it begins and moves no negative number of bytes. */
  public Span {
    Objects.requireNonNull(lane, "A span's lane");
    Objects.requireNonNull(name, "A span's name");
    if (bytes < 0) {
      throw new IllegalArgumentException(
          "Span '%s' of lane '%s' cannot move %d bytes".formatted(name, lane, bytes));
    }
    if (endNs < startNs) {
      throw new IllegalArgumentException(
          "Span '%s' of lane '%s' ends %d ns before it begins"
              .formatted(name, lane, startNs - endNs));
    }
  }

  /** How long it took, in nanoseconds. */
  public long durationNs() {
    return endNs - startNs;
  }
}
