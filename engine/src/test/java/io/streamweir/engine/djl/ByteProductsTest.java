package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel for many rows gives the bits of the one for few. */
@Timeout(120)
class ByteProductsTest {
  private static final Set<String> TILES = Set.of("avx2", "avx512f", "avx512_vnni", "amx_int8");
  private static final int ROWS = 40;
  private static final int OUT = 96;

  /** Wide enough that a fine product of all rows goes in pieces. */
  private static final int IN = 8192;

  private static float[] gaussian(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static PtNDArray tensor(PtNDManager manager, float[] values, int columns) {
    return (PtNDArray) manager.create(values, new Shape(values.length / columns, columns));
  }

  /**
   * Bytes of 1 but for one of 127 in each row, so that a processor without instructions for it
   * multiplies them without saturating.
   */
  private static float[] evenlySmall(Random random) {
    float[] weights = new float[OUT * IN];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % IN == 7 ? 1 : (random.nextInt(3) - 1) / 127f;
    }
    return weights;
  }

  private static void assertSameBits(String method, float[] weights, Set<String> cpuFlags) {
    try (PtNDManager manager = PyTorch.newManager();
        TorchScript script = TorchScript.compile(manager, ByteProducts.methods(cpuFlags));
        IValue floats = IValue.from(tensor(manager, weights, IN));
        IValue packed = script.call("pack", floats);
        IValue bias = IValue.from(tensor(manager, gaussian(new Random(2), OUT), OUT))) {
      float[] inputs = gaussian(new Random(3), ROWS * IN);
      float[] all = product(manager, script, method, inputs, packed, bias);
      assertThat(all).hasSize(ROWS * OUT);
      for (int row = 0; row < ROWS; row++) {
        float[] one = Arrays.copyOfRange(inputs, row * IN, (row + 1) * IN);
        assertThat(product(manager, script, method, one, packed, bias))
            .as("row %s", row)
            .isEqualTo(Arrays.copyOfRange(all, row * OUT, (row + 1) * OUT));
      }
    }
  }

  private static float[] product(
      PtNDManager manager,
      TorchScript script,
      String method,
      float[] inputs,
      IValue packed,
      IValue bias) {
    try (IValue rows = IValue.from(tensor(manager, inputs, IN));
        IValue product = script.call(method, rows, packed, bias)) {
      return product.toTensor(manager).toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"product", "fine_product"})
  void shouldHaveTheSameBitsInTilesWhereNothingSaturates(String method) {
    assertSameBits(method, evenlySmall(new Random(1)), TILES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"product", "fine_product"})
  void shouldHaveTheSameBitsInAnyNumberOfRowsOnThisProcessor(String method) {
    assertSameBits(method, gaussian(new Random(1), OUT * IN), CpuFeatures.here());
  }

  @Test
  void shouldLayOutTwiceOnlyWhereTilesOfBytesAreMultiplied() {
    assertThat(ByteProducts.twice(TILES)).isTrue();
    assertThat(ByteProducts.twice(Set.of("avx2", "avx512_vnni"))).isFalse();
    assertThat(ByteProducts.twice(Set.of("avx2"))).isFalse();
  }
}
