package llmthreads.parallel.collective;

import java.util.concurrent.locks.ReentrantLock;
import llmthreads.parallel.Worker;

/**
 * Numbers that workers share and change without meeting: in every round each pulls them, computes,
 * and pushes what is to be added (Li and others, <i>Scaling distributed machine learning with the
 * parameter server</i>, OSDI 2014).
 *
 * <p>The numbers lie in stripes with a lock each. An update enters a stripe as a whole and once;
 * workers that pull or push different stripes do not disturb each other, so a pull may find one
 * stripe newer than the next.
 *
 * <p>How far rounds may mix is bounded by a staleness {@code s}, see {@link StaleClock}. A pull in
 * round {@code c} holds every update of the rounds before {@code c − s} and none of round {@code c
 * + s} or later (a worker's own excepted, of which it sees all). With {@code s = 0} it so holds
 * exactly the rounds before, which is synchronous descent; but the updates of one round are added
 * in the order in which they come, so results agree within rounding and not to the bit.
 *
 * <p>Members are workers, their indices from 0; each pulls and pushes in turns. One that waits is
 * let go with a {@link java.util.concurrent.CancellationException} when the run is cancelled.
 */
public final class ParameterServer {
  /** The span of a copy from the server to a worker. */
  public static final String PULL = "pull";

  /** The span of an update that is added. */
  public static final String PUSH = "push";

  private final float[] parameters;
  private final ReentrantLock[] locks;
  private final long[] versions;
  private final long[] pulledVersions;
  private final StaleClock pulls;
  private final StaleClock pushes;

  /**
   * A server of the given numbers, which it copies.
   *
   * @param members workers
   * @param stripes parts of the numbers, with a lock each
   * @param staleness rounds that the slowest may be behind
   * @throws IllegalArgumentException when there is no member, the staleness is negative, or the
   *     numbers cannot be cut into so many stripes
   */
  public ParameterServer(float[] initial, int members, int stripes, long staleness) {
    if (stripes < 1 || stripes > Math.max(1, initial.length)) {
      throw new IllegalArgumentException(
          "%d numbers can be cut into 1 to %d stripes, not %d"
              .formatted(initial.length, Math.max(1, initial.length), stripes));
    }
    this.pulls = new StaleClock(members, staleness);
    this.pushes = new StaleClock(members, staleness);
    this.parameters = initial.clone();
    this.locks = new ReentrantLock[stripes];
    for (int stripe = 0; stripe < stripes; stripe++) {
      locks[stripe] = new ReentrantLock();
    }
    this.versions = new long[stripes];
    this.pulledVersions = new long[members];
  }

  /** Rounds that each member has pushed. */
  public StaleClock clock() {
    return pushes;
  }

  /** How many stripes. */
  public int stripes() {
    return locks.length;
  }

  /** Updates that a stripe has taken. */
  public long version(int stripe) {
    locks[stripe].lock();
    try {
      return versions[stripe];
    } finally {
      locks[stripe].unlock();
    }
  }

  /**
   * Begins a round: waits until the slowest is near enough, then copies the numbers.
   *
   * @param into as many as the server has
   */
  public void pull(Worker worker, float[] into) {
    checkLength(into);
    pushes.await(worker);
    long began = System.nanoTime();
    pulledVersions[worker.index()] = copy(into);
    pulls.advance(worker);
    worker.record(PULL, began, bytes());
  }

  /**
   * Ends a round: waits until nobody would see the update too early, then adds it.
   *
   * @param update what is added to each number: a gradient times minus the learning rate
   * @return updates of others that came since this worker's pull, which its own does not know of
   */
  public long push(Worker worker, float[] update) {
    checkLength(update);
    pulls.await(worker);
    long began = System.nanoTime();
    long unknown = add(update) - pulledVersions[worker.index()];
    pushes.advance(worker);
    worker.record(PUSH, began, bytes());
    return unknown;
  }

  /** Says that the worker has done all its rounds: nobody waits for it any more. */
  public void leave(Worker worker) {
    pulls.leave(worker);
    pushes.leave(worker);
  }

  /** The numbers as they are now. */
  public float[] parameters() {
    float[] now = new float[parameters.length];
    copy(now);
    return now;
  }

  /** Copies all stripes; the version of the first. */
  private long copy(float[] into) {
    long version = 0;
    for (int stripe = 0; stripe < locks.length; stripe++) {
      int from = from(stripe);
      locks[stripe].lock();
      try {
        System.arraycopy(parameters, from, into, from, from(stripe + 1) - from);
        version = stripe == 0 ? versions[0] : version;
      } finally {
        locks[stripe].unlock();
      }
    }
    return version;
  }

  /** Adds to all stripes; the version that the first had. */
  private long add(float[] update) {
    long version = 0;
    float[] sums = parameters;
    for (int stripe = 0; stripe < locks.length; stripe++) {
      int to = from(stripe + 1); // asked once: in the loop it would cost more than the addition
      locks[stripe].lock();
      try {
        for (int i = from(stripe); i < to; i++) {
          sums[i] += update[i];
        }
        version = stripe == 0 ? versions[0] : version;
        versions[stripe]++;
      } finally {
        locks[stripe].unlock();
      }
    }
    return version;
  }

  private int from(int stripe) {
    return (int) ((long) parameters.length * stripe / locks.length);
  }

  private long bytes() {
    return (long) parameters.length * Float.BYTES;
  }

  private void checkLength(float[] array) {
    if (array.length != parameters.length) {
      throw new IllegalArgumentException(
          "The server has %d numbers, the array %d".formatted(parameters.length, array.length));
    }
  }
}
