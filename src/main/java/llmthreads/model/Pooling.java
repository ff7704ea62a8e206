package llmthreads.model;

/** How the rows of a text's tokens become one vector. */
public enum Pooling {
  /** The mean of all of them, special tokens too. */
  MEAN {
    @Override
    public double[] of(float[] rows, int from, int tokens, int width) {
      double[] sums = new double[width];
      for (int token = 0; token < tokens; token++) {
        for (int i = 0; i < width; i++) {
          sums[i] += rows[from + token * width + i];
        }
      }
      for (int i = 0; i < width; i++) {
        sums[i] /= tokens;
      }
      return sums;
    }
  },
  /** The first, which BERT calls [CLS]. */
  FIRST {
    @Override
    public double[] of(float[] rows, int from, int tokens, int width) {
      double[] first = new double[width];
      for (int i = 0; i < width; i++) {
        first[i] = rows[from + i];
      }
      return first;
    }
  };

  /**
   * A text's vector, {@code [width]}.
   *
   * @param rows of several texts, {@code width} numbers each
   * @param from the text's first number there
   * @param tokens of the text
   */
  public abstract double[] of(float[] rows, int from, int tokens, int width);
}
