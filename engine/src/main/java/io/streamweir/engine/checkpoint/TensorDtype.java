package io.streamweir.engine.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** A number format that weights are stored in, and the way from there to float. */
enum TensorDtype {
  F32(4) {
    @Override
    void toFloats(ByteBuffer from, FloatBuffer to) {
      to.put(from.asFloatBuffer());
    }
  },
  F16(2) {
    @Override
    void toFloats(ByteBuffer from, FloatBuffer to) {
      ShortBuffer halves = from.asShortBuffer();
      while (halves.hasRemaining()) {
        to.put(halfToFloat(halves.get()));
      }
    }
  },
  BF16(2) {
    @Override
    void toFloats(ByteBuffer from, FloatBuffer to) {
      ShortBuffer halves = from.asShortBuffer();
      while (halves.hasRemaining()) {
        to.put(Float.intBitsToFloat(halves.get() << 16));
      }
    }
  };

  private final int bytes;

  TensorDtype(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /** Converts all of {@code from}, little-endian, to as many floats. */
  abstract void toFloats(ByteBuffer from, FloatBuffer to);

  /** IEEE 754 binary16 to binary32, exact. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 31 ? 255 : exponent + 112;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
