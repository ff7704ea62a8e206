package llmthreads.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import llmthreads.model.LinearKernel;
import llmthreads.model.Precision;
import llmthreads.script.Operand;
import llmthreads.script.Operands;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import llmthreads.script.TensorList;

/**
 * Matrices, and a function that multiplies all of them once, a round, by the kernel that a model
 * uses. Each has memory of its own. For one engine thread; who makes it closes it.
 */
final class ProductRounds implements AutoCloseable {
  private static final int WARM_UP_ROUNDS = 3;

  private final Script script;
  private final List<Operand> owned = new ArrayList<>();
  private final TensorList inputs;
  private final Operands weights;

  /** Makes the matrices and multiplies them a few times, which does not count. */
  ProductRounds(List<Product> products, Precision precision) {
    LinearKernel kernel = LinearKernel.best(precision);
    script =
        Script.compile(
            "products",
            kernel.functions()
                + """
                def round(self, X: List[Tensor], W: Operands) -> Tensor:
                  y = X[0]
                  for i in range(torch.len(X)):
                    y = self.linear(X[i], W, torch.mul(i, %d))
                  return y
                """
                    .formatted(kernel.parts()));
    SplittableRandom random = new SplittableRandom(1);
    List<Tensor> x = new ArrayList<>();
    List<Operand> w = new ArrayList<>();
    for (Product product : products) {
      Tensor input = own(random(random, precision, product.rows(), product.inputs()));
      try (Tensor plain = random(random, precision, product.outputs(), product.inputs())) {
        for (int i = 0; i < product.count(); i++) {
          x.add(input);
          script.callOperands("packed", plain).forEach(part -> w.add(own(part)));
        }
      }
    }
    inputs = new TensorList(x);
    weights = new Operands(w);
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      round();
    }
  }

  /**
   * What was done.
   *
   * @param ns it took, in nanoseconds
   */
  record Count(long rounds, long ns) {
    double perSecond() {
      return rounds * 1e9 / ns;
    }
  }

  /** Multiplies, one round at least, until it is told to stop. */
  Count until(BooleanSupplier stop) {
    long start = System.nanoTime();
    long rounds = 0;
    do {
      round();
      rounds++;
    } while (!stop.getAsBoolean());
    return new Count(rounds, System.nanoTime() - start);
  }

  private void round() {
    script.call("round", inputs, weights).close();
  }

  private <T extends Operand> T own(T operand) {
    owned.add(operand);
    return operand;
  }

  private static Tensor random(
      SplittableRandom random, Precision precision, long rows, long columns) {
    float[] values = new float[Math.toIntExact(Math.multiplyExact(rows, columns))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-0.1, 0.1);
    }
    try (Tensor single = Tensor.of(values, rows, columns)) {
      return single.to(precision.activations());
    }
  }

  @Override
  public void close() {
    inputs.close();
    weights.close();
    owned.forEach(Operand::close);
    script.close();
  }
}
