package io.streamweir.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private static final TensorSpec A = new TensorSpec("a", 2, 3);
  private static final TensorSpec B = new TensorSpec("b", 2);
  private static final float[] VALUES = {1f, -2f, 0.5f, 0f, 3e38f, 1e-30f, -0f, 7f};

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("x.safetensors");
    Safetensors.write(file, List.of(A, B), VALUES);
  }

  @Test
  void shouldReadBackValuesRoundedToBf16() throws IOException {
    assertThat(Safetensors.read(file, List.of(A, B))).isEqualTo(BFloat16.round(VALUES));
  }

  @Test
  void shouldReadTensorsInTheOrderAskedFor() throws IOException {
    assertThat(Safetensors.read(file, List.of(B, A))).startsWith(-0f, 7f, 1f, -2f);
  }

  @Test
  void shouldAlignTheDataToEightBytes() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(bytes.getLong(0) % 8).isZero();
    assertThat(bytes.capacity()).isEqualTo(8 + (int) bytes.getLong(0) + 2 * VALUES.length);
  }

  @Test
  void shouldNameTheTensorWhenItIsMissingOrHasAnotherShape() {
    assertThatThrownBy(() -> Safetensors.read(file, List.of(new TensorSpec("c", 2))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tensor c");
    assertThatThrownBy(() -> Safetensors.read(file, List.of(new TensorSpec("a", 3, 2))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tensor a");
  }

  @Test
  void shouldRoundToNearestEven() {
    float step = 0x1p-7f;

    assertThat(BFloat16.round(new float[] {1 + step / 2, 1 + 1.5f * step, 1 + 0.51f * step}))
        .containsExactly(1f, 1 + 2 * step, 1 + step);
    assertThat(BFloat16.toFloat(BFloat16.fromFloat(Float.NaN))).isNaN();
    assertThat(BFloat16.toFloat(BFloat16.fromFloat(Float.NEGATIVE_INFINITY)))
        .isEqualTo(Float.NEGATIVE_INFINITY);
  }
}
