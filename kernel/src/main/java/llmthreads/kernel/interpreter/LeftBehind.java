package llmthreads.kernel.interpreter;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * What runs on after a cell that was interrupted: the threads of cells that were abandoned, and
 * threads that have come to no stop check yet, for want of a core or because they are in a library.
 */
final class LeftBehind {
  private static final String CELL_CODE = "REPL.";

  private final List<CellThread> abandoned = new CopyOnWriteArrayList<>();

  /** They stop at the next stop check that they come to; after that they may serve other cells. */
  private final Set<Thread> late = ConcurrentHashMap.newKeySet();

  /** Leaves a cell to itself, with all that it has started. */
  void abandon(CellThread stuck) {
    stuck.abandon();
    abandoned.add(stuck);
  }

  /** Remembers who is still at what the interrupted cell of a thread has given them to do. */
  void remember(CellThread thread) {
    Thread.getAllStackTraces()
        .forEach(
            (each, frames) -> {
              if (!thread.spares(each) && !knows(each) && isAtWork(thread.knows(each), frames)) {
                late.add(each);
              }
            });
  }

  private static boolean isAtWork(boolean started, StackTraceElement[] frames) {
    boolean begins =
        Stream.of(frames).allMatch(each -> each.getClassName().equals(Thread.class.getName()));
    return begins
        ? started
        : Stream.of(frames).anyMatch(each -> each.getClassName().startsWith(CELL_CODE));
  }

  /** Whether nothing is left, once those that have ended are forgotten. */
  boolean isGone() {
    abandoned.removeIf(each -> !each.lingers());
    late.removeIf(each -> !each.isAlive());
    return abandoned.isEmpty() && late.isEmpty();
  }

  /** Whether a thread belongs to an abandoned cell, or to one that ran on the same thread. */
  boolean knows(Thread other) {
    return abandoned.stream().anyMatch(each -> each.knows(other));
  }

  /** Whether a thread that has come to a stop check is to stop. */
  boolean stops(Thread caller) {
    for (CellThread each : abandoned) {
      if (each.knows(caller)) {
        return !each.spares(caller);
      }
    }
    return late.remove(caller);
  }

  /** What is alive of abandoned cells. */
  Stream<Thread> alive() {
    return abandoned.stream().flatMap(CellThread::alive);
  }
}
