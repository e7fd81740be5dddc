package io.streamweir.engine.djl;

import java.util.Arrays;
import java.util.List;

/**
 * A weight that an architecture wants, made of one tensor of the checkpoint or of several stacked
 * along the first dimension (so that one matrix product computes them all).
 *
 * @param name how the TorchScript calls it
 * @param parts tensors of the checkpoint, in order
 * @param matrix whether it is the matrix of a linear map, held in a {@link MatrixForm}
 */
record WeightSpec(String name, List<Part> parts, boolean matrix) {

  /**
   * @param tensor name in the checkpoint
   * @param shape rows, or rows and columns
   */
  record Part(String tensor, long... shape) {
    long elements() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
  }

  static WeightSpec of(String name, String tensor, long... shape) {
    return stacked(name, new Part(tensor, shape));
  }

  static WeightSpec stacked(String name, Part... parts) {
    return new WeightSpec(name, List.of(parts), parts[0].shape().length == 2);
  }

  /** Held as floats. */
  static WeightSpec floats(String name, List<Part> parts) {
    return new WeightSpec(name, parts, false);
  }

  /** What it takes. */
  long bytes(MatrixForm form) {
    return matrix ? form.matrixBytes(shape()[0], shape()[1]) : elements() * Float.BYTES;
  }

  /** How many numbers the whole has. */
  long elements() {
    return parts.stream().mapToLong(Part::elements).sum();
  }

  /** The shape of the whole. */
  long[] shape() {
    long[] shape = parts.get(0).shape().clone();
    shape[0] = parts.stream().mapToLong(part -> part.shape()[0]).sum();
    return shape;
  }
}
