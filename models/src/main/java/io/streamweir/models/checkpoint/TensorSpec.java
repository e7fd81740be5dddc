package io.streamweir.models.checkpoint;

import java.util.List;

/** Name and shape of one weight tensor, row-major. */
public record TensorSpec(String name, List<Integer> shape) {
  public TensorSpec(String name, Integer... shape) {
    this(name, List.of(shape));
  }

  /** The number of elements. */
  public int size() {
    return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
  }

  /** Matrices are initialised at random and decay; vectors (norms, biases) do not. */
  public boolean isMatrix() {
    return shape.size() == 2;
  }
}
