package llmthreads.kernel.interpreter;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The thread that runs cells, one for all of them, so that locks, thread-locals and an engine's
 * settings last from a statement to the next and from a cell to the next. What cells start lives in
 * its thread group. A thread that does not answer an interrupt is abandoned, and another one takes
 * over.
 */
@SuppressWarnings("removal") // a ThreadDeath ends a thread without a trace on stderr
final class CellThread {
  private final ThreadGroup group;
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile Set<Thread> older = Set.of();

  CellThread(int number, ClassLoader loader) {
    group = new ThreadGroup("cells-" + number);
    thread = new Thread(group, this::run, number == 1 ? "cells" : "cells-" + number);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
  }

  /** Remembers which threads earlier cells have started, so that an interrupt spares them. */
  void beginCell() {
    older = alive().collect(Collectors.toSet());
  }

  /** What cells have started and is alive. */
  Stream<Thread> started() {
    return alive().filter(each -> each != thread);
  }

  /** Whether another thread runs, or was started by, any cell of this thread. */
  boolean knows(Thread other) {
    ThreadGroup its = other.getThreadGroup();
    return its != null && group.parentOf(its);
  }

  /** Whether an interrupt of the current cell spares another thread: an earlier cell's. */
  boolean spares(Thread other) {
    return other != thread && older.contains(other);
  }

  /** Whether anything is alive that an interrupt of the current cell was meant for. */
  boolean lingers() {
    return alive().anyMatch(each -> !spares(each));
  }

  /** Runs a task; the future also completes when the task throws. */
  <T> CompletableFuture<T> submit(Task<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    work.add(
        () -> {
          Thread.interrupted();
          try {
            result.complete(task.run());
          } catch (OutOfMemoryError e) {
            Heap.release();
            result.completeExceptionally(e);
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** Whether the calling thread is this one, as when a cell asks for code to be evaluated. */
  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Interrupts the cell and the threads that it has started. */
  void interrupt() {
    alive().filter(each -> !spares(each)).forEach(Thread::interrupt);
  }

  /** Ends the thread as soon as it comes back from where it is stuck. */
  void abandon() {
    work.add(
        () -> {
          throw new ThreadDeath();
        });
  }

  /** The frames of what the thread is doing now. */
  StackTraceElement[] stackTrace() {
    return thread.getStackTrace();
  }

  /** A piece of work that may throw anything. */
  interface Task<T> {
    T run() throws Throwable;
  }

  private void run() {
    try {
      while (true) {
        next().run();
      }
    } catch (ThreadDeath abandoned) {
      // The successor has taken over.
    }
  }

  private Runnable next() {
    while (true) {
      try {
        return work.take();
      } catch (InterruptedException e) {
        // It was meant for the cell that has just ended.
      }
    }
  }

  /** Everything alive that cells run on or have started. */
  Stream<Thread> alive() {
    Thread[] found = new Thread[group.activeCount() + 16];
    int count = group.enumerate(found);
    return Stream.of(found).limit(count);
  }
}
