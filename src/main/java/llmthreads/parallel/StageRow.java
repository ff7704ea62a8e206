package llmthreads.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import llmthreads.trace.Trace;

/**
 * Workers in a row, a queue before each: a message goes from stage to stage, and what the last
 * stage makes of it enters the first again, until it makes nothing more.
 *
 * <p>No more messages are on the way than were put in at the beginning, so a queue with room for
 * them is never full, and a stage waits only for the one before it.
 *
 * @param <M> what goes from stage to stage
 */
public final class StageRow<M> {
  /** How soon a waiting stage sees that the run was cancelled. */
  private static final long GLANCE_MILLIS = 10;

  private final List<BlockingQueue<Optional<M>>> queues = new ArrayList<>();
  private final AtomicInteger onTheWay;
  private final AtomicInteger atWork;
  private final Consumer<M> discard;

  /** What a stage does with a message. */
  @FunctionalInterface
  public interface Work<M> {
    /** The message for the next stage; only the last stage may give none. */
    Optional<M> pass(M message) throws Exception;
  }

  /**
   * A row of stages, with messages before the first.
   *
   * @param discard gets the messages that a failed run leaves behind
   */
  public StageRow(int stages, List<M> messages, Consumer<M> discard) {
    this.onTheWay = new AtomicInteger(messages.size());
    this.atWork = new AtomicInteger(stages);
    this.discard = discard;
    for (int stage = 0; stage < stages; stage++) {
      queues.add(new ArrayBlockingQueue<>(messages.size() + 1));
    }
    messages.forEach(message -> queues.getFirst().add(Optional.of(message)));
    if (messages.isEmpty()) {
      queues.getFirst().add(Optional.empty());
    }
  }

  /**
   * Runs the worker's stage on the calling thread until no message is left. Waiting is recorded as
   * {@value Cycle#WAIT}.
   *
   * @throws java.util.concurrent.CancellationException when the run was cancelled
   */
  public void run(Worker worker, Work<M> work) throws Exception {
    boolean last = worker.index() == queues.size() - 1;
    BlockingQueue<Optional<M>> mine = queues.get(worker.index());
    BlockingQueue<Optional<M>> next = queues.get(last ? 0 : worker.index() + 1);
    Optional<M> message;
    while ((message = take(mine, worker)).isPresent()) {
      Optional<M> passed = work.pass(message.get());
      if (passed.isPresent() || onTheWay.decrementAndGet() == 0) {
        next.add(passed);
      }
    }
    if (!last) {
      next.add(message);
    }
  }

  /** Said once by each stage when it will touch the row no more, however it ended. */
  public void leave() {
    if (atWork.decrementAndGet() == 0) {
      List<Optional<M>> left = new ArrayList<>();
      queues.forEach(queue -> queue.drainTo(left));
      left.forEach(message -> message.ifPresent(discard));
    }
  }

  private Optional<M> take(BlockingQueue<Optional<M>> queue, Worker worker)
      throws InterruptedException {
    worker.cancellation().check();
    Optional<M> message = queue.poll();
    if (message == null) {
      try (Trace.Open span = worker.span(Cycle.WAIT, 0)) {
        while ((message = queue.poll(GLANCE_MILLIS, TimeUnit.MILLISECONDS)) == null) {
          worker.cancellation().check();
        }
      }
    }
    return message;
  }
}
