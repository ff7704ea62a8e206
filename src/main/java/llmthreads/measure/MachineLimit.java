package llmthreads.measure;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import llmthreads.model.Precision;

/**
 * What a machine allows: the throughput of several independent processes, one thread each, that do
 * nothing but multiply matrices of given shapes, against that of one of them. Processes share no
 * lock and no heap, only what the machine makes everybody share: memory bandwidth, cache, clock
 * rate, and cores that other programs use. A parallel run that comes near has no cost of its own.
 *
 * <p>The processes wait, without computing, between {@link #rate}'s calls. Not for use by several
 * threads; who makes it closes it.
 */
public final class MachineLimit implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration ANSWER = Duration.ofMinutes(1);

  private final List<Child> children = new ArrayList<>();

  /** Starts processes that multiply in single precision. */
  public MachineLimit(List<Product> products, int processes) {
    this(products, Precision.F32, processes);
  }

  /**
   * Starts the processes and waits until each has its matrices. The first one loads alone, so that
   * natives which nobody has unpacked yet are unpacked once.
   *
   * @param products that one round consists of, see {@link Product#of}
   * @param precision of both matrices
   * @throws IllegalStateException when a process does not start, with what it said
   */
  public MachineLimit(List<Product> products, Precision precision, int processes) {
    if (products.isEmpty()) {
      throw new IllegalArgumentException(
          "A machine's limit is measured by products; give at least one");
    }
    if (processes < 1) {
      throw new IllegalArgumentException(
          "A machine's limit needs at least 1 process, not " + processes);
    }
    try {
      children.add(new Child(products, precision));
      children.getFirst().answer(START);
      for (int i = 1; i < processes; i++) {
        children.add(new Child(products, precision));
      }
      children.subList(1, processes).forEach(child -> child.answer(START));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** How many processes there are. */
  public int processes() {
    return children.size();
  }

  /**
   * Lets some of the processes compute at the same time.
   *
   * @param processes how many of them, from 1
   * @return rounds in a second, those of all added up
   */
  public double rate(int processes, Duration duration) {
    if (processes < 1 || processes > children.size()) {
      throw new IllegalArgumentException(
          "There are %d processes, so %d cannot compute".formatted(children.size(), processes));
    }
    List<Child> running = children.subList(0, processes);
    running.forEach(Child::forgetLateAnswers);
    running.forEach(child -> child.tell("go"));
    boolean interrupted = false;
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    running.forEach(child -> child.tell("stop"));
    if (interrupted) {
      running.forEach(Child::expectLateAnswer);
      throw cancelled();
    }
    return running.stream().mapToDouble(child -> child.rate(ANSWER)).sum();
  }

  /** Measures seven times in single precision, silently. */
  public static Result measure(List<Product> products, int processes, Duration each) {
    return measure(products, Precision.F32, processes, each, 7, Progress.silent());
  }

  /**
   * Measures one process and all of them in turn, and ends them.
   *
   * @param precision of the products' matrices
   * @param each how long one measurement takes; some hundred milliseconds
   * @param rounds how often both are measured
   * @throws CancellationException when the thread is interrupted; the interrupt flag is set again
   */
  public static Result measure(
      List<Product> products,
      Precision precision,
      int processes,
      Duration each,
      int rounds,
      Progress progress) {
    if (rounds < 1 || !each.isPositive()) {
      throw new IllegalArgumentException(
          "The limit is measured at least 1 time for more than 0 s, not %d times for %s"
              .formatted(rounds, each));
    }
    List<Double> one = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    try (MachineLimit limit = new MachineLimit(products, precision, processes)) {
      for (int round = 0; round < rounds; round++) {
        progress.update(round, rounds, "1 process against " + processes);
        one.add(limit.rate(1, each));
        all.add(limit.rate(processes, each));
      }
    }
    progress.update(rounds, rounds, "done");
    return new Result(processes, one, all);
  }

  /**
   * What was measured.
   *
   * @param processes that ran at once
   * @param one rounds in a second of one process, for each measurement
   * @param all rounds in a second of all processes together, for each measurement
   */
  public record Result(int processes, List<Double> one, List<Double> all) {
    /** Checks that the measurements come in pairs. */
    public Result {
      one = List.copyOf(one);
      all = List.copyOf(all);
      if (one.isEmpty() || one.size() != all.size()) {
        throw new IllegalArgumentException(
            "One process and all are measured in turn, not %d and %d times"
                .formatted(one.size(), all.size()));
      }
    }

    /** How many times more all processes do than one: what the machine allows. */
    public double scaling() {
      return median(all) / median(one);
    }

    /** Where the scaling lies with 95 % confidence, see {@link Quantiles#pairedRatioInterval}. */
    public Interval scalingInterval() {
      return Quantiles.pairedRatioInterval(array(all), array(one));
    }

    /**
     * The share of what the machine allows that a parallel run reached.
     *
     * @param speedUp of as many workers, a thread each, over one
     */
    public double share(double speedUp) {
      return speedUp / scaling();
    }

    private static double median(List<Double> values) {
      return Quantiles.median(array(values));
    }

    private static double[] array(List<Double> values) {
      return values.stream().mapToDouble(value -> value).toArray();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "1 process makes %.1f rounds/s, %d together %.1f: the machine allows × %.3f (%.3f …"
              + " %.3f)",
          median(one),
          processes,
          median(all),
          scaling(),
          scalingInterval().low(),
          scalingInterval().high());
    }
  }

  /** Ends the processes and waits until they are gone. */
  @Override
  public void close() {
    children.forEach(Child::end);
  }

  private static CancellationException cancelled() {
    Thread.currentThread().interrupt();
    return new CancellationException("The measurement of the machine's limit was interrupted");
  }

  /** One process, seen from outside. */
  private static final class Child {
    private final Process process;
    private final Writer in;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<String> otherLines = new ArrayList<>();

    private int lateAnswers;

    Child(List<Product> products, Precision precision) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
      System.getProperties()
          .forEach(
              (key, value) -> {
                if (key.toString().startsWith("ai.djl.")) {
                  command.add("-D" + key + "=" + value);
                }
              });
      command.addAll(List.of(ProductProcess.class.getName(), Product.text(products)));
      command.add(precision.name());
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("CLASSPATH", classPath());
      try {
        process = builder.start();
      } catch (IOException e) {
        throw new IllegalStateException("No second Java could be started: " + e.getMessage(), e);
      }
      in = process.outputWriter(StandardCharsets.UTF_8);
      Thread.ofPlatform().daemon().name("products-output").start(this::listen);
    }

    private void listen() {
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith(ProductProcess.MARK)) {
            answers.add(line.substring(ProductProcess.MARK.length()));
          } else {
            remember(line);
          }
        }
      } catch (IOException e) {
        remember(e.toString());
      }
      answers.add(GONE);
    }

    private static final String GONE = "gone";

    private synchronized void remember(String line) {
      if (otherLines.size() < 50) {
        otherLines.add(line);
      }
    }

    private synchronized String said() {
      return otherLines.isEmpty() ? "nothing" : String.join("; ", otherLines);
    }

    /** This module may have come by another loader than the one that the class path names. */
    private static String classPath() {
      String path = System.getProperty("java.class.path", "");
      CodeSource source = MachineLimit.class.getProtectionDomain().getCodeSource();
      try {
        return source == null || source.getLocation() == null
            ? path
            : path + File.pathSeparator + Path.of(source.getLocation().toURI());
      } catch (URISyntaxException | RuntimeException e) {
        return path;
      }
    }

    /** Whoever was interrupted did not wait for the answer that will still come. */
    void expectLateAnswer() {
      lateAnswers++;
    }

    void forgetLateAnswers() {
      for (; lateAnswers > 0; lateAnswers--) {
        answer(ANSWER);
      }
    }

    void tell(String word) {
      try {
        in.write(word + "\n");
        in.flush();
      } catch (IOException e) {
        throw new UncheckedIOException("A process that multiplies is gone; it said " + said(), e);
      }
    }

    String answer(Duration patience) {
      try {
        String answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (answer == null || answer.equals(GONE)) {
          throw new IllegalStateException(
              "A process that multiplies %s; it said: %s"
                  .formatted(
                      answer == null ? "did not answer in " + patience.toSeconds() + " s" : "ended",
                      said()));
        }
        if (answer.startsWith(ProductProcess.FAILED)) {
          throw new IllegalStateException("A process that multiplies " + answer);
        }
        return answer;
      } catch (InterruptedException e) {
        throw cancelled();
      }
    }

    double rate(Duration patience) {
      String[] roundsAndNs = answer(patience).split(" ");
      return Long.parseLong(roundsAndNs[0]) * 1e9 / Long.parseLong(roundsAndNs[1]);
    }

    void end() {
      try {
        in.close();
      } catch (IOException e) {
        remember(e.toString());
      }
      boolean interrupted = false;
      process.destroyForcibly();
      while (process.isAlive()) {
        try {
          process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
