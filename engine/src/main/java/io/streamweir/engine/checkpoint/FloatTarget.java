package io.streamweir.engine.checkpoint;

import java.nio.FloatBuffer;

/** Where the numbers of a tensor go, piece by piece, in order. */
@FunctionalInterface
public interface FloatTarget {

  /** A buffer with room for exactly the next {@code count} numbers. */
  FloatBuffer next(int count);
}
