package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class TensorWriterTest {
  @Test
  void shouldWriteTheTensorInPlaceWhenThePiecesDoNotFollowItsRows() {
    try (PtNDManager manager = PyTorch.newManager()) {
      PtNDArray tensor = Tensors.weights(manager, 3, 4);
      float number = 0;
      try (TensorWriter writer = new TensorWriter(tensor)) {
        for (int count : new int[] {5, 1, 6}) {
          FloatBuffer piece = writer.next(count);
          assertThat(piece.remaining()).isEqualTo(count);
          while (piece.hasRemaining()) {
            piece.put(number++);
          }
        }
      }
      assertThat(tensor.toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }
  }
}
