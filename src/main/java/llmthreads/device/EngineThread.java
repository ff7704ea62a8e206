package llmthreads.device;

import java.util.Optional;

/**
 * A platform thread that may call the engine, with a fixed number of helpers for it.
 *
 * <p>The engine gives every thread that calls it a team of its own for the loops inside an
 * operator; how large that team is gets decided once, by this number. Made by {@link EngineThreads}
 * only.
 */
public final class EngineThread extends Thread {
  private final int worker;
  private final int intraOpThreads;

  EngineThread(Runnable work, String pool, int worker, int intraOpThreads) {
    super(null, work, pool + "-" + worker);
    setDaemon(true);
    this.worker = worker;
    this.intraOpThreads = intraOpThreads;
  }

  /** The engine thread that runs this call, if it is one. */
  public static Optional<EngineThread> current() {
    return Thread.currentThread() instanceof EngineThread thread
        ? Optional.of(thread)
        : Optional.empty();
  }

  /** Which worker of its pool it is, from 0. */
  public int worker() {
    return worker;
  }

  /** How many threads, itself included, the engine may use inside one operator. */
  public int intraOpThreads() {
    return intraOpThreads;
  }
}
