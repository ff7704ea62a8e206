package llmthreads.kernel.magic;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llmthreads.kernel.interpreter.CellFailure;

/**
 * {@code %time STATEMENT} and {@code %%time}: how long Java takes, once, or by {@code %%time 20} so
 * many times after a warm-up, which a JVM needs before it is as fast as it gets.
 */
final class TimeMagics {
  private static final Pattern RUNS =
      Pattern.compile("(?<runs>\\d{1,6})(\\s+(?<warmUp>\\d{1,6}))?");

  private final Session session;

  private TimeMagics(Session session) {
    this.session = session;
  }

  static void register(Magics magics, Session session) {
    TimeMagics time = new TimeMagics(session);
    magics.line("time", time::statement);
    magics.cell("time", time::cell);
  }

  private Object statement(String arguments) throws MagicException, CellFailure {
    if (arguments.isEmpty()) {
      throw new MagicException("%time needs a statement; %%time takes the whole cell.");
    }
    return once(() -> session.run("%time", arguments));
  }

  private Object cell(String arguments, Magics.Body body) throws MagicException, CellFailure {
    if (arguments.isEmpty()) {
      return once(body::run);
    }
    Matcher given = RUNS.matcher(arguments);
    if (!given.matches() || Integer.parseInt(given.group("runs")) == 0) {
      throw new MagicException(
          "%%time takes a number of runs, and one of runs before them that do not count:"
              + " %%time 20 5, say. Without numbers it runs the cell once.");
    }
    int runs = Integer.parseInt(given.group("runs"));
    String warmUp = given.group("warmUp");
    return often(body, runs, warmUp == null ? Math.max(1, runs / 4) : Integer.parseInt(warmUp));
  }

  private interface Work {
    Object run() throws CellFailure;
  }

  private static Object once(Work work) throws CellFailure {
    long start = System.nanoTime();
    try {
      return work.run();
    } finally {
      System.out.printf(Locale.ROOT, "Time: %,.1f ms%n", (System.nanoTime() - start) / 1e6);
    }
  }

  private static Object often(Magics.Body body, int runs, int warmUp) throws CellFailure {
    for (int i = 0; i < warmUp; i++) {
      body.run();
    }
    Object value = null;
    double[] times = new double[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      value = body.run();
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "Time: median %,.2f ms of %d runs, from %,.2f to %,.2f, after %d that do not count%n",
        (times[(runs - 1) / 2] + times[runs / 2]) / 2,
        runs,
        times[0],
        times[runs - 1],
        warmUp);
    return value;
  }
}
