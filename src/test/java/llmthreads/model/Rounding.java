package llmthreads.model;

import java.util.Arrays;

/** What a precision makes of numbers, in plain loops: the values that its integers stand for. */
interface Rounding {
  /** None. */
  Rounding EXACT =
      new Rounding() {
        @Override
        public double[] weights(double... row) {
          return row;
        }

        @Override
        public double[] inputs(double... row) {
          return row;
        }

        @Override
        public double output(double sum) {
          return sum;
        }
      };

  /** One output's weights. */
  double[] weights(double... row);

  /** One row of activations. */
  double[] inputs(double... row);

  /** A sum of products. */
  double output(double sum);

  /** What the matrix that makes logits has. */
  default Rounding head() {
    return this;
  }

  /** The rounding of a precision of integers, as the kernel of this machine does it. */
  static Rounding of(Precision precision) {
    Int8Kernel eight = (Int8Kernel) LinearKernel.best(Precision.INT8);
    return switch (precision) {
      case INT8 -> new EightBits(eight.levels());
      case INT4 -> new FourBits(new EightBits(eight.levels()));
      case F32, BF16 -> throw new IllegalArgumentException(precision + " is no integer");
    };
  }

  /** A row's greatest number is its greatest level. */
  record EightBits(int levels) implements Rounding {
    @Override
    public double[] weights(double... row) {
      return rounded(127, row);
    }

    @Override
    public double[] inputs(double... row) {
      return rounded(levels, row);
    }

    @Override
    public double output(double sum) {
      return sum;
    }

    private static double[] rounded(int levels, double... row) {
      double step = Arrays.stream(row).map(Math::abs).max().orElseThrow() / levels;
      return step == 0 ? row : Arrays.stream(row).map(x -> Math.rint(x / step) * step).toArray();
    }
  }

  /** Weights in groups between their least and greatest, all else in bfloat16. */
  record FourBits(Rounding head) implements Rounding {
    @Override
    public double[] weights(double... row) {
      double[] rounded = new double[row.length];
      for (int from = 0; from < row.length; from += Precision.GROUP) {
        double[] group = Arrays.copyOfRange(row, from, from + Precision.GROUP);
        double low = Arrays.stream(group).min().orElseThrow();
        double high = Arrays.stream(group).max().orElseThrow();
        double scale = bf16(Math.max((high - low) / 15, 1e-30));
        double zero = bf16(low + 8 * scale);
        for (int i = 0; i < group.length; i++) {
          double q = Math.clamp(Math.rint((group[i] - zero) / scale) + 8, 0, 15);
          rounded[from + i] = (q - 8) * scale + zero;
        }
      }
      return rounded;
    }

    @Override
    public double[] inputs(double... row) {
      return Arrays.stream(row).map(FourBits::bf16).toArray();
    }

    @Override
    public double output(double sum) {
      return bf16(sum);
    }

    private static double bf16(double value) {
      return BFloat16.toFloat(BFloat16.of((float) value));
    }
  }
}
