package llmthreads.model;

/**
 * Cosines and sines of the rotary embedding (RoFormer, arXiv 2104.09864, equation 34), for every
 * position of the context.
 *
 * <p>A head's first half turns against its second half: {@code first·cos − second·sin} and {@code
 * second·cos + first·sin}. Both carry the factor {@code headSize^(-1/4)}: queries and keys are
 * turned by them, so that their product comes out divided by {@code sqrt(headSize)}, as attention
 * wants it.
 */
final class RotaryTable {
  private RotaryTable() {}

  /**
   * The table of a model, {@code [context, 3/2 · headSize]}: a row's cosines for both halves of a
   * head, then its sines for one half.
   */
  static float[] of(Config config) {
    int half = config.headSize() / 2;
    int row = 3 * half;
    float[] table = new float[Math.multiplyExact(config.context(), row)];
    double scale = Math.pow(config.headSize(), -0.25);
    float[] frequencies = config.design().rotary().frequencies(config.headSize());
    for (int i = 0; i < half; i++) {
      for (int position = 0; position < config.context(); position++) {
        double angle = position * frequencies[i]; // in single precision, as models were trained
        int at = position * row + i;
        table[at] = table[at + half] = (float) (scale * Math.cos(angle));
        table[at + 2 * half] = (float) (scale * Math.sin(angle));
      }
    }
    return table;
  }
}
