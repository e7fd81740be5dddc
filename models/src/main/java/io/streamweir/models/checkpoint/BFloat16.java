package io.streamweir.models.checkpoint;

/** The upper half of a float. */
public final class BFloat16 {
  private BFloat16() {}

  /** Rounds to nearest, ties to even; NaN stays NaN. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }

  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The values that remain when {@code values} are stored as bf16. */
  public static float[] round(float[] values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = toFloat(fromFloat(values[i]));
    }
    return rounded;
  }
}
