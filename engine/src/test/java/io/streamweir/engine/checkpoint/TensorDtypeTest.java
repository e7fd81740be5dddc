package io.streamweir.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class TensorDtypeTest {
  private static float[] convert(TensorDtype dtype, int... bits) {
    ByteBuffer bytes =
        ByteBuffer.allocate(bits.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : bits) {
      if (dtype.bytes() == 4) {
        bytes.putInt(value);
      } else {
        bytes.putShort((short) value);
      }
    }
    float[] floats = new float[bits.length];
    dtype.toFloats(bytes.flip(), FloatBuffer.wrap(floats));
    return floats;
  }

  @Test
  void shouldConvertEveryHalfExactly() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = (bits >> 10) & 0x1f;
      double fraction = (bits & 0x3ff) / 1024.0;
      double magnitude;
      if (exponent == 31) {
        magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      } else if (exponent == 0) {
        magnitude = Math.scalb(fraction, -14);
      } else {
        magnitude = Math.scalb(1 + fraction, exponent - 15);
      }
      Float expected = (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
      assertThat(convert(TensorDtype.F16, bits)[0]).as("%04x", bits).isEqualTo(expected);
    }
  }

  @Test
  void shouldTakeABrainFloatAsTheUpperHalfOfAFloat() {
    int[] bits = {0x3f80, 0xc040, 0x0000, 0x7f80, 0x0001};
    float[] expected = {1, -3, 0, Float.POSITIVE_INFINITY, Float.intBitsToFloat(0x00010000)};
    assertThat(convert(TensorDtype.BF16, bits)).isEqualTo(expected);
  }

  @Test
  void shouldTakeAFloatAsItIs() {
    assertThat(convert(TensorDtype.F32, Float.floatToIntBits(0.1f))).containsExactly(0.1f);
  }
}
