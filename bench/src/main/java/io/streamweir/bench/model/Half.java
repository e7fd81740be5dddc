package io.streamweir.bench.model;

/** IEEE 754 binary16. */
final class Half {
  private Half() {}

  /** The nearest half, ties to even; infinite beyond its range. */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    double magnitude = Math.abs((double) value);
    if (Float.isNaN(value)) {
      return 0x7e00;
    }
    if (magnitude >= 65_520) {
      return (short) (sign | 0x7c00);
    }
    int exponent = Math.max(-14, Math.getExponent(magnitude));
    // Whole steps of the last bit; a carry moves into the exponent by itself.
    long steps = (long) Math.rint(Math.scalb(magnitude, 10 - exponent));
    return (short) (sign | (int) (((long) (exponent + 14) << 10) + steps));
  }
}
