package io.streamweir.bench.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufTypeTest {
  /** Values and their bits by IEEE 754. */
  @ParameterizedTest
  @CsvSource({
    "0, 0x0000",
    "1, 0x3c00",
    "-2, 0xc000",
    "65504, 0x7bff",
    "65519.996, 0x7bff",
    "65520, 0x7c00",
    "1e9, 0x7c00",
    "6.1035156e-5, 0x0400",
    "5.9604645e-8, 0x0001",
    "2.9802322e-8, 0x0000",
    "0.33325195, 0x3555",
    "1.00048828125, 0x3c00",
    "1.0014648, 0x3c02"
  })
  void shouldRoundToTheNearestHalf(float value, String bits) {
    assertThat(Half.of(value) & 0xffff).isEqualTo(Integer.decode(bits));
  }

  @Test
  void shouldStoreABlockAsAScaleAndBytes() {
    Random random = new Random(3);
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    values[40] = -8;
    ByteBuffer block =
        ByteBuffer.allocate(GgufType.Q8_0.blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
    GgufType.Q8_0.encodeBlock(values, 32, block);
    block.flip();
    assertThat(block.getShort()).isEqualTo(Half.of(8f / 127));
    for (int i = 32; i < 64; i++) {
      assertThat(block.get() * 8f / 127).isCloseTo(values[i], within(8f / 127 / 2 + 1e-6f));
    }
    assertThat(block.hasRemaining()).isFalse();
  }

  @Test
  void shouldStoreZerosAsZeros() {
    ByteBuffer block = ByteBuffer.allocate(GgufType.Q8_0.blockBytes());
    GgufType.Q8_0.encodeBlock(new float[32], 0, block);
    assertThat(block.array()).containsOnly(0);
  }
}
