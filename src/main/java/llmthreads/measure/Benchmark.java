package llmthreads.measure;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/**
 * Times candidates side by side: first some rounds that do not count, then rounds that do, and in
 * each round every candidate once, A B C A B C, so that a machine that slows down or speeds up
 * meanwhile does so for all of them.
 *
 * <pre>{@code
 * Comparison result =
 *     new Benchmark()
 *         .candidate("1 worker", () -> one.generate(prompts, options))
 *         .candidate("2 workers", () -> two.generate(prompts, options))
 *         .run();
 * }</pre>
 *
 * <p>Immutable: every method that says something more returns another benchmark.
 *
 * @param warmUps rounds that do not count
 * @param repetitions rounds that count
 * @param calls of a candidate in one sample, for what takes less than the clock can tell; the
 *     sample is then the mean of that many
 * @param progress hears of every call
 * @param candidates what is timed
 */
public record Benchmark(
    int warmUps, int repetitions, int calls, Progress progress, List<Candidate> candidates) {
  /** Checks the numbers. */
  public Benchmark {
    require(warmUps >= 0, "A benchmark cannot warm up %d times; 0 is the least", warmUps);
    require(repetitions >= 1, "A benchmark needs at least 1 repetition, not %d", repetitions);
    require(calls >= 1, "A sample needs at least 1 call, not %d", calls);
    candidates = List.copyOf(candidates);
  }

  /** 2 rounds to warm up, 10 that count. */
  public Benchmark() {
    this(2, 10, 1, Progress.silent(), List.of());
  }

  /**
   * Something to be timed.
   *
   * @param name of its timing
   * @param work what it does
   */
  public record Candidate(String name, Callable<?> work) {}

  /** Work that returns nothing. */
  @FunctionalInterface
  public interface Work {
    /** Does it once. */
    void run() throws Exception;
  }

  /** With so many rounds that do not count. */
  public Benchmark warmUps(int rounds) {
    return new Benchmark(rounds, repetitions, calls, progress, candidates);
  }

  /** With so many rounds that count. */
  public Benchmark repetitions(int rounds) {
    return new Benchmark(warmUps, rounds, calls, progress, candidates);
  }

  /** With so many calls in one sample. */
  public Benchmark calls(int perSample) {
    return new Benchmark(warmUps, repetitions, perSample, progress, candidates);
  }

  /** With a listener. */
  public Benchmark progress(Progress listener) {
    return new Benchmark(warmUps, repetitions, calls, listener, candidates);
  }

  /** With one candidate more; what it returns is thrown away. */
  public Benchmark candidate(String name, Callable<?> work) {
    if (candidates.stream().anyMatch(each -> each.name().equals(name))) {
      throw new IllegalArgumentException(
          "There is a candidate '%s' already; give the second another name".formatted(name));
    }
    List<Candidate> more = new ArrayList<>(candidates);
    more.add(new Candidate(name, work));
    return new Benchmark(warmUps, repetitions, calls, progress, more);
  }

  /** With one candidate more. */
  public Benchmark candidate(String name, Work work) {
    return candidate(
        name,
        (Callable<?>)
            () -> {
              work.run();
              return null;
            });
  }

  /**
   * Times all candidates on the calling thread.
   *
   * @throws CancellationException when the thread is interrupted, between two calls or by a
   *     candidate that waits; the interrupt flag is set again
   * @throws IllegalStateException when a candidate throws a checked exception, with the candidate's
   *     name; unchecked ones pass as they are
   */
  public Comparison run() {
    require(!candidates.isEmpty(), "A benchmark needs a candidate: candidate(name, work)%s", "");
    List<List<Long>> samples = new ArrayList<>();
    candidates.forEach(each -> samples.add(new ArrayList<>()));
    long total = (long) (warmUps + repetitions) * candidates.size();
    long done = 0;
    for (int round = -warmUps; round < repetitions; round++) {
      for (int i = 0; i < candidates.size(); i++) {
        Candidate candidate = candidates.get(i);
        String what = round < 0 ? "warm-up" : "repetition " + (round + 1);
        progress.update(done++, total, candidate.name() + ", " + what);
        long ns = sample(candidate);
        if (round >= 0) {
          samples.get(i).add(ns);
        }
      }
    }
    progress.update(total, total, "done");
    List<Timing> timings = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      timings.add(new Timing(candidates.get(i).name(), samples.get(i)));
    }
    return new Comparison(timings);
  }

  private long sample(Candidate candidate) {
    Object last = null;
    try {
      long start = System.nanoTime();
      for (int call = 0; call < calls; call++) {
        if (Thread.interrupted()) {
          throw cancelled(candidate);
        }
        last = call(candidate);
      }
      return Math.round((double) (System.nanoTime() - start) / calls);
    } finally {
      Reference.reachabilityFence(last); // the compiler must not leave out what makes it
    }
  }

  private static Object call(Candidate candidate) {
    try {
      return candidate.work().call();
    } catch (RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      throw cancelled(candidate);
    } catch (Exception e) {
      throw new IllegalStateException(
          "Candidate '%s' failed: %s".formatted(candidate.name(), e), e);
    }
  }

  private static CancellationException cancelled(Candidate candidate) {
    Thread.currentThread().interrupt();
    return new CancellationException(
        "The benchmark was interrupted while it timed '%s'".formatted(candidate.name()));
  }

  private static void require(boolean right, String otherwise, Object value) {
    if (!right) {
      throw new IllegalArgumentException(otherwise.formatted(value));
    }
  }
}
