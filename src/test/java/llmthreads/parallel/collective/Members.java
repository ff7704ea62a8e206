package llmthreads.parallel.collective;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.parallel.Worker;
import llmthreads.trace.Trace;

/** Runs members of a collective on threads of their own, with delays that a seed decides. */
final class Members {
  private static final int LONGEST_MICROS = 200;

  private Members() {}

  /** What a member does, with delays of its own. */
  interface Member {
    void run(Worker worker, Runnable delay) throws Exception;
  }

  static void run(int members, long seed, Member member) {
    run(members, seed, new Cancellation(), member);
  }

  static void run(int members, long seed, Cancellation cancellation, Member member) {
    long[] seeds = new SplittableRandom(seed).longs(members).toArray();
    try (EngineThreads threads = new EngineThreads("member", members, 1)) {
      threads.runAll(
          cancellation,
          index -> {
            SplittableRandom delays = new SplittableRandom(seeds[index]);
            member.run(
                new Worker(index, members, cancellation, new Trace()),
                () -> LockSupport.parkNanos(1000L * delays.nextInt(LONGEST_MICROS)));
            return List.of();
          });
    }
  }
}
