package llmthreads.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.model.Precision;

/**
 * A program that multiplies matrices on one thread while it is told to. It says {@code ready}; on
 * {@code go} it begins, on {@code stop} it says how many rounds it made in how many nanoseconds;
 * what goes wrong it says in one line that begins with {@link #FAILED}. It ends with its input, in
 * the middle of its work too, so that it never outlives who started it.
 */
final class ProductProcess {
  /** Every line that is meant for the parent begins so. */
  static final String MARK = "products: ";

  /** A line that begins so, behind the mark, is the last one. */
  static final String FAILED = "failed: ";

  private ProductProcess() {}

  /**
   * Runs until the input ends.
   *
   * @param arguments the products, as {@link Product#text} writes them, and their precision
   */
  public static void main(String[] arguments) {
    try {
      run(Product.parse(arguments[0]), Precision.valueOf(arguments[1]));
    } catch (Throwable e) {
      say(FAILED + String.valueOf(e).replaceAll("\\s+", " "));
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(List<Product> products, Precision precision) throws Exception {
    try (EngineThreads threads = new EngineThreads("products", 1, 1);
        ProductRounds rounds =
            threads.run(new Cancellation(), () -> new ProductRounds(products, precision));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      say("ready");
      serve(in, threads, rounds);
    }
  }

  private static void serve(BufferedReader in, EngineThreads threads, ProductRounds rounds)
      throws IOException, InterruptedException, ExecutionException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("go")) {
        AtomicBoolean stop = new AtomicBoolean();
        Future<ProductRounds.Count> result = threads.submit(0, () -> rounds.until(stop::get));
        String next = in.readLine();
        stop.set(true);
        ProductRounds.Count count = result.get();
        say(count.rounds() + " " + count.ns());
        if (next == null) {
          return;
        }
      }
    }
  }

  private static void say(String line) {
    System.out.println(MARK + line);
    System.out.flush();
  }
}
