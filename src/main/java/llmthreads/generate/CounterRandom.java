package llmthreads.generate;

/**
 * Random numbers without a state: each is computed from the numbers that name it, so it does not
 * matter who asks for it, and in which order. Each name is mixed in by the finaliser of SplitMix64
 * (Steele, Lea and Flood, 2014).
 */
final class CounterRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** A number in [0, 1), for one position of one prompt. */
  static double uniform(long seed, long prompt, long position) {
    long bits = mix(mix(mix(seed + GOLDEN) + prompt * GOLDEN) + position * GOLDEN);
    return (bits >>> 11) * 0x1p-53;
  }

  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
