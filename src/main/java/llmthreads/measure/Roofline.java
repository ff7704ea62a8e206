package llmthreads.measure;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.model.Precision;

/**
 * The roofline model: a program that does I operations for each byte it reads computes at most
 * min(peak, I · bandwidth) operations in a second (Williams, Waterman and Patterson, "Roofline: an
 * insightful visual performance model for multicore architectures", Communications of the ACM
 * 52(4), 2009). Left of the ridge memory is the limit, right of it the cores are.
 *
 * @param workers that share these limits, one thread each
 * @param flopsPerSecond the peak: floating-point operations in a second
 * @param bytesPerSecond the bandwidth of memory
 */
public record Roofline(int workers, double flopsPerSecond, double bytesPerSecond) {
  /** Much computing on few weights, which stay in a cache. */
  private static final Product COMPUTE = new Product(512, 2048, 2048, 1);

  private static final int MEMORY_MIB = 256;

  /** One row: each weight is read once, and no cache holds them all; 16 MiB each. */
  private static final Product MEMORY = new Product(1, 2048, 2048, MEMORY_MIB / 16);

  /** Checks that both limits are above 0. */
  public Roofline {
    if (workers < 1 || !(flopsPerSecond > 0) || !(bytesPerSecond > 0)) {
      throw new IllegalArgumentException(
          "A roofline has 1 worker or more, a peak and a bandwidth above 0, not %d, %s and %s"
              .formatted(workers, flopsPerSecond, bytesPerSecond));
    }
  }

  /**
   * The most that can be computed, in operations per second.
   *
   * @param intensity operations for each byte read
   */
  public double attainable(double intensity) {
    return Math.min(flopsPerSecond, intensity * bytesPerSecond);
  }

  /** The intensity at which memory and cores are both at their limit. */
  public double ridge() {
    return flopsPerSecond / bytesPerSecond;
  }

  /**
   * The least time, in ms, in which all workers do a step each, side by side.
   *
   * @param step of one worker
   */
  public double leastMs(StepWork step) {
    return 1e3 * workers * step.flops() / attainable(step.intensity());
  }

  /** Workers, peak and bandwidth, for a legend. */
  public String label() {
    return String.format(
        Locale.ROOT,
        "%d %s: %.0f GFLOP/s, %.1f GB/s",
        workers,
        workers == 1 ? "worker" : "workers",
        flopsPerSecond / 1e9,
        bytesPerSecond / 1e9);
  }

  /**
   * Measures both limits of this machine by the model's own kernels: a large matrix product for the
   * peak, one row times weights that no cache holds for the bandwidth. Each worker has matrices of
   * its own. A limit is the most that was ever reached, so the best round counts.
   *
   * @param workers of the last roofline; each has 256 MiB of weights in single precision
   * @param each how long one measurement takes; some hundred milliseconds
   * @param rounds in which everything is measured in turn
   * @return the roofline of one worker and, unless that is all, the one of all workers
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static List<Roofline> measure(
      int workers, Precision precision, Duration each, int rounds, Progress progress) {
    return measure(COMPUTE, MEMORY, workers, precision, each, rounds, progress);
  }

  static List<Roofline> measure(
      Product computing,
      Product reading,
      int workers,
      Precision precision,
      Duration each,
      int rounds,
      Progress progress) {
    if (rounds < 1) {
      throw new IllegalArgumentException("A roofline needs at least 1 round, not " + rounds);
    }
    int[] counts = workers == 1 ? new int[] {1} : new int[] {1, workers};
    double[] peaks = new double[counts.length];
    double[] bandwidths = new double[counts.length];
    try (SideBySide compute = new SideBySide(computing, precision, workers);
        SideBySide memory = new SideBySide(reading, precision, workers)) {
      for (int round = 0; round < rounds; round++) {
        progress.update(round, rounds, "round " + (round + 1));
        for (int i = 0; i < counts.length; i++) {
          double computed = computing.flops() * compute.perSecond(counts[i], each);
          double read = reading.weightBytes(precision) * memory.perSecond(counts[i], each);
          peaks[i] = Math.max(peaks[i], computed);
          bandwidths[i] = Math.max(bandwidths[i], read);
        }
      }
    }
    progress.update(rounds, rounds, "done");
    return IntStream.range(0, counts.length)
        .mapToObj(i -> new Roofline(counts[i], peaks[i], bandwidths[i]))
        .toList();
  }

  /** Workers that multiply at the same time, each its own matrices. */
  private static final class SideBySide implements AutoCloseable {
    private final EngineThreads threads;
    private final Queue<ProductRounds> made = new ConcurrentLinkedQueue<>();
    private final List<ProductRounds> byWorker;

    SideBySide(Product product, Precision precision, int workers) {
      threads = new EngineThreads("roofline", workers, 1);
      try {
        byWorker = threads.runAll(new Cancellation(), worker -> made(List.of(product), precision));
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }

    private ProductRounds made(List<Product> products, Precision precision) {
      ProductRounds rounds = new ProductRounds(products, precision);
      made.add(rounds);
      return rounds;
    }

    /** Rounds in a second, those of the first {@code count} workers added up. */
    double perSecond(int count, Duration duration) {
      Cancellation cancellation = new Cancellation();
      long end = System.nanoTime() + duration.toNanos();
      BooleanSupplier stop = () -> cancellation.requested() || System.nanoTime() - end >= 0;
      return threads
          .runAll(
              cancellation,
              worker -> worker < count ? byWorker.get(worker).until(stop).perSecond() : 0.0)
          .stream()
          .mapToDouble(rate -> rate)
          .sum();
    }

    @Override
    public void close() {
      threads.close();
      made.forEach(ProductRounds::close);
    }
  }
}
