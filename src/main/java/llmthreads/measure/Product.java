package llmthreads.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import llmthreads.model.Config;
import llmthreads.model.Precision;

/**
 * Matrix products {@code [rows, inputs] × [inputs, outputs]} of one shape.
 *
 * @param rows of the left matrix: sequences in a batch
 * @param inputs columns of the left matrix
 * @param outputs columns of the weights
 * @param count different weights of this shape, as many as a model has layers: what one cache holds
 *     and what must come from memory is then as it is in the model
 */
public record Product(long rows, long inputs, long outputs, int count) {
  /** Checks that all numbers are above 0. */
  public Product {
    if (rows < 1 || inputs < 1 || outputs < 1 || count < 1) {
      throw new IllegalArgumentException(
          "A product needs sizes of at least 1, not %d rows, %d inputs, %d outputs, %d weights"
              .formatted(rows, inputs, outputs, count));
    }
  }

  /**
   * The products of one step of a model.
   *
   * @param rows tokens that go through the model at once: sequences in the batch of a decode step
   */
  public static List<Product> of(Config config, long rows) {
    return of(config, rows, rows);
  }

  /** The same, with a number of its own for the rows that need logits. */
  static List<Product> of(Config config, long rows, long headRows) {
    int attention = config.queryWidth() + 2 * config.keyValueWidth();
    List<Product> products = new ArrayList<>();
    products.add(new Product(rows, config.hiddenSize(), attention, config.layers()));
    products.add(new Product(rows, config.queryWidth(), config.hiddenSize(), config.layers()));
    products.add(
        new Product(
            rows,
            config.hiddenSize(),
            config.feedForwardSize(),
            config.feedForwardInputs() * config.layers()));
    products.add(new Product(rows, config.feedForwardSize(), config.hiddenSize(), config.layers()));
    products.add(new Product(headRows, config.hiddenSize(), config.vocabularySize(), 1));
    return products;
  }

  /** Floating-point operations of all of them: a multiplication and an addition for each weight. */
  public double flops() {
    return 2.0 * rows * inputs * outputs * count;
  }

  /** Bytes of all weights, each read once. */
  public double weightBytes(Precision precision) {
    return (double) precision.matrixBytes(outputs, inputs) * count;
  }

  /** Several as one word, {@code 8x128x384x4,…}, for {@link #parse}. */
  static String text(List<Product> products) {
    return products.stream()
        .map(p -> "%dx%dx%dx%d".formatted(p.rows, p.inputs, p.outputs, p.count))
        .collect(Collectors.joining(","));
  }

  static List<Product> parse(String text) {
    return Arrays.stream(text.split(","))
        .map(one -> Arrays.stream(one.split("x")).mapToLong(Long::parseLong).toArray())
        .map(n -> new Product(n[0], n[1], n[2], Math.toIntExact(n[3])))
        .toList();
  }
}
