package llmthreads.model;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Seeded random weights of any shape: small, evenly distributed; those of norms around one. A model
 * made of them computes as much as a trained one, and nonsense: for timings, and for tests of what
 * holds for all weights.
 *
 * <p>The same numbers for the same seed and name, whatever the order in which they are asked for.
 *
 * @param seed of all of them
 */
public record RandomWeights(long seed) implements WeightSource {
  private static final Pattern NORM =
      Pattern.compile(".*(norm|ln_\\w)\\.weight", Pattern.CASE_INSENSITIVE);

  @Override
  public Safetensors.Entry get(String name, long... shape) {
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(count)];
    SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
    boolean norm = NORM.matcher(name).matches();
    double scale = norm ? 0.1 : 1 / Math.sqrt(shape[shape.length - 1]);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((norm ? 1 : 0) + scale * (random.nextDouble() * 3.4 - 1.7));
    }
    return Safetensors.Entry.f32(values, shape);
  }
}
