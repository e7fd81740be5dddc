package io.streamweir.engine.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a tensor lies in a safetensors file.
 *
 * @param begin byte offset in the file
 * @param end byte offset after it
 */
record TensorEntry(
    Path file, String name, TensorDtype dtype, List<Long> shape, long begin, long end) {

  long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
