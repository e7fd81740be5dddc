package io.streamweir.engine.djl;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A weight that an architecture wants, made of one tensor of the checkpoint or of several stacked
 * along the first dimension (so that one matrix product computes them all).
 *
 * @param name how the TorchScript calls it
 * @param parts tensors of the checkpoint, in order
 * @param matrices how many matrices the parts make, one below the other; only those of {@link
 *     Held#FLOAT_MATRICES} may be more than one
 */
record WeightSpec(String name, List<Part> parts, Held held, int matrices) {

  /** How a weight is held. */
  enum Held {
    /** As floats. */
    FLOATS,

    /** As the matrix of a linear map, in a {@link MatrixForm}. */
    MATRIX,

    /** As a list of matrices for {@code float_product} of {@link PackedProducts}. */
    FLOAT_MATRICES
  }

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
    Held held = parts[0].shape().length == 2 ? Held.MATRIX : Held.FLOATS;
    return new WeightSpec(name, List.of(parts), held, 1);
  }

  /** Held as floats. */
  static WeightSpec floats(String name, List<Part> parts) {
    return new WeightSpec(name, parts, Held.FLOATS, 1);
  }

  /** Matrices of as many parts each. */
  static WeightSpec floatMatrices(String name, int matrices, List<Part> parts) {
    return new WeightSpec(name, parts, Held.FLOAT_MATRICES, matrices);
  }

  /** The TorchScript type. */
  String type(MatrixForm form) {
    return switch (held) {
      case FLOATS -> "Tensor";
      case MATRIX -> form.type();
      case FLOAT_MATRICES -> "List[List[Tensor]]";
    };
  }

  /** One for each of the matrices. */
  List<WeightSpec> eachMatrix() {
    int partsEach = parts.size() / matrices;
    return IntStream.range(0, matrices)
        .mapToObj(i -> parts.subList(i * partsEach, (i + 1) * partsEach))
        .map(some -> new WeightSpec(name, some, held, 1))
        .toList();
  }

  boolean matrix() {
    return held == Held.MATRIX;
  }

  /** What it takes. */
  long bytes(MatrixForm form) {
    return matrix() ? form.matrixBytes(shape()[0], shape()[1]) : elements() * Float.BYTES;
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
