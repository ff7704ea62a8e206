package llmthreads.model;

/** The upper half of a single-precision number: 1 sign bit, 8 exponent bits, 7 fraction bits. */
public final class BFloat16 {
  private BFloat16() {}

  /** The nearest bfloat16, ties to the even one, as its 16 bits; NaN stays NaN. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  /** The single-precision number of the same value, exactly. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
