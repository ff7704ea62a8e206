package llmthreads.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import llmthreads.device.Cancellation;
import llmthreads.trace.Trace;
import org.jetbrains.lincheck.Lincheck;

/**
 * Workers on threads of their own, run again and again, each time interleaved otherwise: Lincheck's
 * model checker decides at every access to shared memory who goes on.
 */
public final class Interleavings {
  private Interleavings() {}

  /** What one worker does. */
  @FunctionalInterface
  public interface Part {
    void run(Worker worker) throws Exception;
  }

  /** One run: what each worker does, and what must hold when all are through. */
  public record Scenario(int workers, Part part, Runnable check) {}

  /**
   * Tries interleavings of a scenario, which is made anew for each.
   *
   * @throws AssertionError or what a worker threw, with the interleaving that led there
   */
  public static void of(int tries, Supplier<Scenario> scenario) {
    Lincheck.runConcurrentTest(tries, () -> run(scenario.get()));
  }

  private static void run(Scenario scenario) {
    Cancellation cancellation = new Cancellation();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int index = 0; index < scenario.workers; index++) {
      Worker worker = new Worker(index, scenario.workers, cancellation, Trace.off());
      threads.add(new Thread(() -> run(scenario.part, worker, failures::add)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    for (Throwable failure : failures) {
      throw new AssertionError("A worker failed", failure);
    }
    scenario.check.run();
  }

  private static void run(Part part, Worker worker, Consumer<Throwable> failures) {
    try {
      part.run(worker);
    } catch (Exception | Error e) {
      failures.accept(e);
    }
  }
}
