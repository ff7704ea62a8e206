package llmthreads.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import llmthreads.device.EngineThreads;
import llmthreads.model.LinearKernel;
import llmthreads.model.Precision;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import llmthreads.script.TensorList;

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

  private static final int WARM_UP_ROUNDS = 3;

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
    try (Rounds rounds = new Rounds(products, precision);
        EngineThreads threads = new EngineThreads("products", 1, 1);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      threads.submit(0, () -> rounds.run(WARM_UP_ROUNDS)).get();
      say("ready");
      serve(in, threads, rounds);
    }
  }

  private static void serve(BufferedReader in, EngineThreads threads, Rounds rounds)
      throws IOException, InterruptedException, ExecutionException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("go")) {
        AtomicBoolean stop = new AtomicBoolean();
        Future<String> result = threads.submit(0, () -> rounds.until(stop));
        String next = in.readLine();
        stop.set(true);
        say(result.get());
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

  /** The matrices, and a function that multiplies all of them once. */
  private static final class Rounds implements AutoCloseable {
    private final Script script;
    private final List<Tensor> owned = new ArrayList<>();
    private final TensorList inputs;
    private final TensorList weights;

    Rounds(List<Product> products, Precision precision) {
      script =
          Script.compile(
              "products",
              LinearKernel.best(precision).functions()
                  + """
                  def round(self, X: List[Tensor], W: List[Tensor]) -> Tensor:
                    y = X[0]
                    for i in range(torch.len(W)):
                      y = self.linear(X[i], W[i])
                    return y
                  """);
      SplittableRandom random = new SplittableRandom(1);
      List<Tensor> x = new ArrayList<>();
      List<Tensor> w = new ArrayList<>();
      for (Product product : products) {
        Tensor input = own(random(random, precision, product.rows(), product.inputs()));
        for (int i = 0; i < product.count(); i++) {
          x.add(input);
          try (Tensor plain = random(random, precision, product.outputs(), product.inputs())) {
            w.add(own(script.call("pack", plain)));
          }
        }
      }
      inputs = new TensorList(x);
      weights = new TensorList(w);
    }

    private Tensor own(Tensor tensor) {
      owned.add(tensor);
      return tensor;
    }

    private static Tensor random(
        SplittableRandom random, Precision precision, long rows, long columns) {
      float[] values = new float[Math.toIntExact(Math.multiplyExact(rows, columns))];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-0.1, 0.1);
      }
      try (Tensor single = Tensor.of(values, rows, columns)) {
        return single.to(precision.type());
      }
    }

    Void run(int rounds) {
      for (int i = 0; i < rounds; i++) {
        script.call("round", inputs, weights).close();
      }
      return null;
    }

    /** Rounds made and nanoseconds taken, as two words. */
    String until(AtomicBoolean stop) {
      long start = System.nanoTime();
      long rounds = 0;
      while (!stop.get()) {
        run(1);
        rounds++;
      }
      return rounds + " " + (System.nanoTime() - start);
    }

    @Override
    public void close() {
      inputs.close();
      weights.close();
      owned.forEach(Tensor::close);
      script.close();
    }
  }
}
