package llmthreads.model;

/**
 * The rotary embedding of positions (RoFormer, arXiv 2104.09864): each pair of numbers in a head
 * turns with the position, at a frequency of its own.
 *
 * @param theta base of the frequencies: pair {@code i} of a head turns by {@code theta^(-2i /
 *     headSize)} radians a position
 * @param scaling how the frequencies were changed for a context longer than the first training's
 */
public record Rotary(double theta, Scaling scaling) implements Positions {
  /** Checks that the base is a number above 0. */
  public Rotary {
    if (!(theta > 0) || Double.isInfinite(theta)) {
      throw new ModelException("rope_theta must be above 0, it is " + theta);
    }
  }

  /** Frequencies as the base gives them. */
  public static Rotary plain(double theta) {
    return new Rotary(theta, new Plain());
  }

  /** How frequencies are changed for a longer context. */
  public sealed interface Scaling {}

  /** Not at all. */
  public record Plain() implements Scaling {}

  /**
   * Every frequency is divided, as if positions were closer to each other (Chen et al., arXiv
   * 2306.15595, equation 4).
   *
   * @param factor to divide by, 1 or more
   */
  public record Interpolated(double factor) implements Scaling {
    /** Checks the range. */
    public Interpolated {
      atLeastOne(factor);
    }
  }

  /**
   * Frequencies whose wave is long against the first training's context are divided, short ones are
   * kept, and those between go over from one to the other (as LLaMA 3.1's published code has it).
   *
   * @param factor to divide by, 1 or more
   * @param low the context over this is the wavelength from which on a frequency is divided
   * @param high the context over this is the wavelength up to which a frequency is kept
   * @param context of the first training, in tokens
   */
  public record ByWavelength(double factor, double low, double high, int context)
      implements Scaling {
    /** Checks the ranges. */
    public ByWavelength {
      atLeastOne(factor);
      if (!(low > 0) || !(high > low) || Double.isInfinite(high)) {
        throw new ModelException(
            "low_freq_factor %s must be above 0 and below high_freq_factor %s"
                .formatted(low, high));
      }
      if (context < 1) {
        throw new ModelException(
            "original_max_position_embeddings must be at least 1, it is " + context);
      }
    }
  }

  /**
   * Radians a position by which each pair turns, {@code [headSize / 2]}, in single precision, as
   * the models were trained.
   */
  float[] frequencies(int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float plain = (float) Math.pow(theta, -2.0 * i / headSize);
      frequencies[i] =
          switch (scaling) {
            case Plain _ -> plain;
            case Interpolated(double factor) -> (float) (plain / factor);
            case ByWavelength longer -> (float) scaled(plain, longer);
          };
    }
    return frequencies;
  }

  private static double scaled(double plain, ByWavelength by) {
    double waves = by.context * plain / (2 * Math.PI); // of this frequency in the first context
    double kept = Math.clamp((waves - by.low) / (by.high - by.low), 0, 1);
    return (1 - kept) * plain / by.factor + kept * plain;
  }

  private static void atLeastOne(double factor) {
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new ModelException("the factor of rope scaling must be at least 1, it is " + factor);
    }
  }
}
