package llmthreads.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A fixed pool of named platform threads that call the engine, each with a number of intra-op
 * threads inside an operator, itself included.
 *
 * <p>Each worker has its own queue, so a task lands on the worker it was given to: worker {@code i}
 * always works with its own memory. Any thread may submit, a virtual one too. Who makes a pool
 * closes it; closing waits for the tasks in hand and leaves no thread behind.
 */
public final class EngineThreads implements AutoCloseable {
  private final List<EngineThread> threads = new ArrayList<>();
  private final List<BlockingQueue<FutureTask<?>>> queues = new ArrayList<>();
  private boolean closed;

  /**
   * Starts workers that are alike.
   *
   * @throws IllegalArgumentException when a number is less than 1
   */
  public EngineThreads(String name, int workers, int intraOpThreads) {
    this(name, alike(workers, intraOpThreads));
  }

  /**
   * Starts a worker for each number of intra-op threads, which stand in for devices of unequal
   * speed.
   *
   * @throws IllegalArgumentException when there is no number, or one is less than 1
   */
  public EngineThreads(String name, List<Integer> intraOpThreads) {
    requireWorkers(intraOpThreads.size());
    for (int number : intraOpThreads) {
      if (number < 1) {
        throw new IllegalArgumentException(
            "A worker needs at least 1 intra-op thread (itself), %d were asked for"
                .formatted(number));
      }
    }
    for (int worker = 0; worker < intraOpThreads.size(); worker++) {
      BlockingQueue<FutureTask<?>> queue = new LinkedBlockingQueue<>();
      queues.add(queue);
      EngineThread thread =
          new EngineThread(() -> serve(queue), name, worker, intraOpThreads.get(worker));
      threads.add(thread);
      thread.start();
    }
  }

  private static List<Integer> alike(int workers, int intraOpThreads) {
    requireWorkers(workers);
    return Collections.nCopies(workers, intraOpThreads);
  }

  private static void requireWorkers(int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException(
          "A run needs at least 1 worker, %d were asked for".formatted(workers));
    }
  }

  /** A task for one worker. */
  @FunctionalInterface
  public interface Work<T> {
    /** Computes on the worker's thread. */
    T run(int worker) throws Exception;
  }

  /** How many workers there are. */
  public int workers() {
    return threads.size();
  }

  /** How many threads, itself included, each worker may use inside one operator. */
  public List<Integer> intraOpThreads() {
    return threads.stream().map(EngineThread::intraOpThreads).toList();
  }

  /** The names of the threads, by worker. */
  public List<String> names() {
    return threads.stream().map(Thread::getName).toList();
  }

  /** A sentence for run records when the pool wants more cores than there are. */
  public Optional<String> oversubscription() {
    return oversubscription(intraOpThreads(), Device.cpu().cores());
  }

  /** The same question before a pool is made. */
  public static Optional<String> oversubscription(int workers, int intraOpThreads, double cores) {
    return oversubscription(Collections.nCopies(workers, intraOpThreads), cores);
  }

  private static Optional<String> oversubscription(List<Integer> intraOpThreads, double cores) {
    long wanted = intraOpThreads.stream().mapToLong(number -> number).sum();
    if (wanted <= cores) {
      return Optional.empty();
    }
    boolean alike = intraOpThreads.stream().distinct().count() == 1;
    return Optional.of(
        "%d workers × %s intra-op threads want %d cores, this process has %s: threads wait for each other, timings mislead"
            .formatted(
                intraOpThreads.size(),
                alike ? intraOpThreads.getFirst() : intraOpThreads,
                wanted,
                cores == Math.rint(cores) ? String.valueOf((long) cores) : String.valueOf(cores)));
  }

  /** Hands a task to one worker. */
  public <T> Future<T> submit(int worker, Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("These engine threads were closed");
      }
      queues.get(worker).add(future);
    }
    return future;
  }

  /** Runs a task on worker 0 and waits for it, as {@link #runAll} does. */
  public <T> T run(Cancellation cancellation, Callable<T> task) {
    return await(List.of(submit(0, task)), cancellation).getFirst();
  }

  /**
   * Runs the same task on every worker and waits for all of them. Two such runs come to every
   * worker in the same order, so workers of one run may wait for each other.
   *
   * <p>When one fails, or the waiting thread is interrupted, {@code cancellation} is requested, the
   * others are waited for, and then the first failure is thrown: an unchecked exception or error as
   * it is, a checked one as the cause of an {@link IllegalStateException}; after an interrupt a
   * {@link CancellationException}, with the thread's interrupt flag set again.
   *
   * @return what each worker returned, by worker
   */
  public <T> List<T> runAll(Cancellation cancellation, Work<T> work) {
    List<Future<T>> futures = new ArrayList<>();
    synchronized (this) {
      for (int worker = 0; worker < workers(); worker++) {
        int number = worker;
        futures.add(
            submit(
                number,
                () -> {
                  try {
                    return work.run(number);
                  } catch (Throwable e) {
                    cancellation.request();
                    throw e;
                  }
                }));
      }
    }
    return await(futures, cancellation);
  }

  private static <T> List<T> await(List<Future<T>> futures, Cancellation cancellation) {
    List<T> results = new ArrayList<>();
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<T> future : futures) {
      while (true) {
        try {
          results.add(future.get());
          break;
        } catch (InterruptedException e) {
          interrupted = true;
          cancellation.request();
        } catch (ExecutionException e) {
          failure = moreTelling(failure, e.getCause());
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      CancellationException cancelled =
          new CancellationException("The run was cancelled: its caller was interrupted");
      if (failure != null) {
        cancelled.addSuppressed(failure);
      }
      throw cancelled;
    }
    if (failure != null) {
      throw unchecked(failure);
    }
    return results;
  }

  /** A worker that merely stopped because another failed does not hide the failure. */
  private static Throwable moreTelling(Throwable first, Throwable second) {
    if (first == null) {
      return second;
    }
    if (first instanceof CancellationException && !(second instanceof CancellationException)) {
      return second;
    }
    if (first != second && !(second instanceof CancellationException)) {
      first.addSuppressed(second);
    }
    return first;
  }

  private static RuntimeException unchecked(Throwable failure) {
    return switch (failure) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      default -> new IllegalStateException("A worker failed: " + failure, failure);
    };
  }

  private static void serve(BlockingQueue<FutureTask<?>> queue) {
    try {
      while (true) {
        FutureTask<?> task = queue.take();
        if (task == END) {
          return;
        }
        task.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final FutureTask<?> END = new FutureTask<>(() -> null);

  /** Lets the tasks handed in finish, then ends the threads and waits until they are gone. */
  @Override
  public void close() {
    synchronized (this) {
      if (!closed) {
        closed = true;
        queues.forEach(queue -> queue.add(END));
      }
    }
    boolean interrupted = false;
    for (EngineThread thread : threads) {
      while (thread.isAlive() && thread != Thread.currentThread()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
