package llmthreads.model;

/**
 * Cosines and sines of the rotary embedding (RoFormer, arXiv 2104.09864, equation 34), for every
 * position of the context.
 *
 * <p>A head's first half turns against its second half: {@code x·cos + swapped(x)·sin}, where the
 * sign of the turn is stored in the sines. Both tables carry the factor {@code headSize^(-1/4)}:
 * queries and keys are turned by them, so that their product comes out divided by {@code
 * sqrt(headSize)}, as attention wants it.
 *
 * @param cosines {@code [context, headSize]}
 * @param sines {@code [context, headSize]}, negative in the first half of each row
 */
record RotaryTable(float[] cosines, float[] sines) {
  static RotaryTable of(Config config) {
    int size = config.headSize();
    int half = size / 2;
    float[] cosines = new float[Math.multiplyExact(config.context(), size)];
    float[] sines = new float[cosines.length];
    double scale = Math.pow(size, -0.25);
    for (int i = 0; i < half; i++) {
      // In single precision, as the models were trained.
      float frequency = (float) Math.pow(config.ropeTheta(), -2.0 * i / size);
      for (int position = 0; position < config.context(); position++) {
        double angle = position * frequency;
        int at = position * size + i;
        cosines[at] = cosines[at + half] = (float) (scale * Math.cos(angle));
        sines[at + half] = (float) (scale * Math.sin(angle));
        sines[at] = -sines[at + half];
      }
    }
    return new RotaryTable(cosines, sines);
  }
}
