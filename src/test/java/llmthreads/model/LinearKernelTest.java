package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.device.Processor;
import llmthreads.script.ElementType;
import llmthreads.script.Operand;
import llmthreads.script.Operands;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of integers are those of plain loops over the same integers. */
class LinearKernelTest {
  @ParameterizedTest
  @CsvSource({"1,97,64", "3,131,33", "16,256,768", "64,96,1023", "64,160,64", "1,48,2048"})
  void sums_of_8_bits_are_those_of_integers_in_plain_loops(int rows, int outputs, int inputs) {
    assumeTrue(LinearKernel.has(Precision.INT8), "this machine has no 8-bit products");
    compare(Precision.INT8, rows, outputs, inputs, 0);
  }

  /** Every second weight is 0, so that what saturates where there is no VNNI does not. */
  @ParameterizedTest
  @EnumSource(Int8Kernel.class)
  @EnabledOnOs(architectures = {"amd64", "x86_64"})
  void both_kernels_of_8_bits_sum_integers(Int8Kernel kernel) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] x = matrix(5, 64, (row, i) -> random.nextDouble(-1, 1));
    double[][] w = matrix(32, 64, (row, i) -> i % 2 == 0 ? random.nextDouble(-1, 1) : 0);
    compare(kernel, new Rounding.EightBits(kernel.levels()), x, w, 0);
  }

  @ParameterizedTest
  @CsvSource({"1,96,64", "3,144,32", "16,256,768", "64,96,1024", "5,48,2048"})
  void sums_of_4_bits_are_those_of_plain_loops(int rows, int outputs, int inputs) {
    assumeTrue(LinearKernel.has(Precision.INT4), "this machine has no 4-bit products");
    compare(Precision.INT4, rows, outputs, inputs, 1.0 / 256);
  }

  @ParameterizedTest
  @EnumSource
  void a_precision_is_fast_or_there_is_a_sentence_about_it(Precision precision) {
    assumeTrue(LinearKernel.has(precision), "this machine has no products in " + precision);
    boolean fast = LinearKernel.fast(precision);
    boolean packed = LinearKernel.best(precision) != FloatKernel.PLAIN;
    List<String> notices = LinearKernel.notices(precision);
    assertEquals(fast && packed, notices.isEmpty(), notices.toString());
    assertTrue(notices.stream().allMatch(n -> n.contains(precision.name())), notices.toString());
  }

  @Test
  void bfloat16_counts_as_fast_only_where_the_processor_multiplies_it() {
    assertTrue(!LinearKernel.fast(Precision.BF16) || Processor.here().multipliesBfloat16());
    assertTrue(LinearKernel.fast(LinearKernel.preferred()));
  }

  /**
   * Rows of noise, of equal numbers, and one of zeros: levels at their limits do not saturate.
   *
   * @param rounded how far an output may be rounded, as a part of it
   */
  private static void compare(
      Precision precision, int rows, int outputs, int inputs, double rounded) {
    SplittableRandom random = new SplittableRandom(rows * 31L + outputs);
    double[][] x = matrix(rows, inputs, (row, i) -> row % 3 == 1 ? 2 : random.nextDouble(-1, 1));
    double[][] w =
        matrix(outputs, inputs, (row, i) -> row % 5 == 1 ? -3 : random.nextDouble(-1, 1));
    Arrays.fill(x[rows - 1], rows > 1 ? 0 : 1);
    compare(LinearKernel.best(precision), Rounding.of(precision), x, w, rounded);
  }

  private static void compare(
      LinearKernel kernel, Rounding rounding, double[][] x, double[][] w, double rounded) {
    float[] actual = product(kernel, x, w);
    int outputs = w.length;
    for (int row = 0; row < x.length; row++) {
      double[] in = rounding.inputs(x[row]);
      for (int output = 0; output < outputs; output++) {
        double[] weights = rounding.weights(w[output]);
        double sum = 0;
        double size = 0;
        for (int i = 0; i < in.length; i++) {
          sum += in[i] * weights[i];
          size += Math.abs(in[i] * weights[i]);
        }
        assertEquals(
            sum,
            actual[row * outputs + output],
            rounded * Math.abs(sum) + 1e-6 * size,
            "row %d, output %d".formatted(row, output));
      }
    }
  }

  private static float[] product(LinearKernel kernel, double[][] x, double[][] w) {
    try (Script script = Script.compile("product", kernel.functions());
        Tensor weights = tensor(w);
        Tensor rows = tensor(x)) {
      List<Operand> parts = script.callOperands("packed", weights);
      try (Operands matrix = new Operands(parts);
          Tensor y = script.call("linear", rows, matrix, 0)) {
        return y.toFloats();
      } finally {
        parts.forEach(Operand::close);
      }
    }
  }

  /** The more threads there are for few outputs, the rather oneDNN shares a sum among them. */
  @ParameterizedTest
  @CsvSource({"F32,384,1536", "F32,896,4864", "BF16,896,4864", "BF16,128,5632", "INT8,384,4864"})
  void threads_and_rows_change_no_bit_of_a_long_sum(Precision precision, int outputs, int inputs) {
    assumeTrue(LinearKernel.has(precision), "this machine has no products in " + precision);
    assumeTrue(LinearKernel.best(precision) != FloatKernel.PLAIN, "nothing promises it there");
    LinearKernel kernel = LinearKernel.best(precision, Device.cpu(), inputs);
    SplittableRandom random = new SplittableRandom(inputs);
    double[][] w = matrix(outputs, inputs, (row, i) -> random.nextDouble(-1, 1));
    double[][] x = matrix(16, inputs, (row, i) -> random.nextDouble(-1, 1));
    try (Script script = Script.compile("product", kernel.functions());
        Tensor wide = tensor(w);
        Tensor weights = wide.to(precision.activations())) {
      List<Operand> parts = script.callOperands("packed", weights);
      try (Operands matrix = new Operands(parts)) {
        float[] one = product(script, matrix, precision, 1, x);
        for (int threads : new int[] {1, 2, 4, 10, 16}) {
          for (int rows : new int[] {1, 2, 11, 16}) {
            double[][] first = Arrays.copyOf(x, rows);
            assertArrayEquals(
                Arrays.copyOf(one, rows * outputs),
                product(script, matrix, precision, threads, first),
                "%d rows, %d threads".formatted(rows, threads));
          }
        }
      } finally {
        parts.forEach(Operand::close);
      }
    }
  }

  private static float[] product(
      Script script, Operands matrix, Precision precision, int threads, double[]... x) {
    try (EngineThreads engine = new EngineThreads("product", 1, threads)) {
      return engine.run(
          new Cancellation(),
          () -> {
            try (Tensor wide = tensor(x);
                Tensor rows = wide.to(precision.activations());
                Tensor y = script.call("linear", rows, matrix, 0)) {
              return y.toFloats();
            }
          });
    }
  }

  @Test
  void a_matrix_packed_in_blocks_is_the_same_matrix() {
    for (Precision precision : List.of(Precision.INT8, Precision.INT4)) {
      assumeTrue(LinearKernel.has(precision), "this machine has no " + precision);
      int outputs = 3 * 4096 + 80;
      SplittableRandom random = new SplittableRandom(1);
      double[][] w = matrix(outputs, 128, (row, i) -> random.nextDouble(-1, 1));
      double[][] x = matrix(4, 128, (row, i) -> random.nextDouble(-1, 1));
      LinearKernel kernel = LinearKernel.best(precision);
      float[] whole = product(kernel, x, w);
      float[] flat = flat(w);
      StackedRows three =
          new StackedRows(
              IntStream.of(0, 48, 9000)
                  .mapToObj(
                      from -> {
                        int to = from == 0 ? 48 : from == 48 ? 9000 : outputs;
                        Safetensors.Entry all = Safetensors.Entry.f32(flat, outputs, 128);
                        return new StackedRows.Part(all.rows(from, to), 1);
                      })
                  .toList());
      try (MatrixPacker packer = new MatrixPacker(kernel, ElementType.F32, Device.cpu());
          Script script = Script.compile("product", kernel.functions());
          Tensor rows = tensor(x)) {
        List<Operand> parts = packer.packed(three);
        try (Operands matrix = new Operands(parts);
            Tensor y = script.call("linear", rows, matrix, 0)) {
          assertTrue(Arrays.equals(whole, y.toFloats()), precision.toString());
        } finally {
          parts.forEach(Operand::close);
        }
      }
    }
  }

  @Test
  void a_matrix_that_does_not_fit_4_bits_is_refused_in_a_sentence() {
    String message =
        assertThrows(ModelException.class, () -> Int4Kernel.GROUPED.check(64, 100)).getMessage();
    assertTrue(message.contains("load the model in INT8"), message);
  }

  private interface Cell {
    double at(int row, int column);
  }

  private static double[][] matrix(int rows, int columns, Cell cell) {
    double[][] matrix = new double[rows][columns];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < columns; i++) {
        matrix[row][i] = (float) cell.at(row, i);
      }
    }
    return matrix;
  }

  private static Tensor tensor(double[][] rows) {
    return Tensor.of(flat(rows), rows.length, rows[0].length);
  }

  private static float[] flat(double[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return flat;
  }
}
