package llmthreads.parallel;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import llmthreads.model.Peers;
import llmthreads.parallel.collective.Group;
import llmthreads.trace.Trace;

/**
 * Workers of one run that compute every step together, a shard each: rank 0 runs the program, and
 * whenever it comes to a step, all do their part of it.
 */
final class Team implements Peers {
  /** The span of a member's part of a step, but for rank 0, which names its steps itself. */
  private static final String STEP = "step";

  private static final long GLANCE_NANOS = 100_000;

  private final Group group;
  private final Worker[] workers;
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean abandoned;
  private IntConsumer task;

  Team(int members) {
    this.group = new Group(members);
    this.workers = new Worker[members];
  }

  /**
   * Called by every member on its own thread, its index being its rank. Rank 0 runs the program;
   * the others do their parts of its steps until it ends.
   *
   * @return what the program returned; from the others {@code nothing}
   * @throws java.util.concurrent.CancellationException when the run was cancelled, by a member that
   *     failed too
   */
  <R> R run(Worker worker, Callable<R> program, R nothing) throws Exception {
    workers[worker.index()] = worker;
    if (worker.index() == 0) {
      R result = program.call();
      begin(null);
      return result;
    }
    while (true) {
      meet(worker);
      if (task == null) {
        return nothing;
      }
      step(worker);
      meet(worker);
    }
  }

  @Override
  public int count() {
    return workers.length;
  }

  private void step(Worker worker) {
    inside.incrementAndGet();
    try (Trace.Open span = worker.span(STEP, 0)) {
      if (abandoned) {
        throw new CancellationException("The step was abandoned");
      }
      task.accept(worker.index());
    } finally {
      inside.decrementAndGet();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>When it fails, no member is in the task any more: what it works on may be closed.
   */
  @Override
  public void together(IntConsumer next) {
    try {
      begin(next);
      next.accept(0);
      meet(workers[0]);
    } catch (RuntimeException | Error e) {
      abandoned = true;
      workers[0].cancellation().request();
      while (inside.get() > 0) {
        LockSupport.parkNanos(GLANCE_NANOS);
      }
      throw e;
    }
  }

  @Override
  public void gather(int rank, long bytes) {
    group.barrier(workers[rank], Group.GATHER, bytes);
  }

  @Override
  public void reduce(int rank, MemorySegment array) {
    group.allReduce(workers[rank], array, Group.Algorithm.RING);
  }

  private void begin(IntConsumer next) {
    task = next;
    meet(workers[0]);
  }

  private void meet(Worker worker) {
    group.barrier(worker, Cycle.WAIT, 0);
  }
}
