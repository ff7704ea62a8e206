package llmthreads.kernel.interpreter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The longest that one cell may run. */
final class TimeLimit {
  private final Optional<Duration> limit;
  private final Runnable interrupt;
  private boolean ended;
  private boolean over;

  TimeLimit(Optional<Duration> limit, Runnable interrupt) {
    this.limit = limit;
    this.interrupt = interrupt;
  }

  void begin() {
    limit.ifPresent(
        time ->
            CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::expire));
  }

  private synchronized void expire() {
    if (!ended) {
      over = true;
      interrupt.run();
    }
  }

  /** From now on the cell is not interrupted any more. */
  synchronized void end() {
    ended = true;
  }

  synchronized boolean isOver() {
    return over;
  }

  Outcome.Failed failure() {
    String message =
        "The cell ran longer than the %,d ms that IJAVA_TIMEOUT allows."
            .formatted(limit.orElseThrow().toMillis());
    return new Outcome.Failed(
        "Interrupted", message, List.of(Ansi.error("Interrupted") + ": " + message));
  }
}
