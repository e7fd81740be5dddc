package io.streamweir.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the matrices of a model are held and multiplied in; {@link #label()} is the setting. */
public enum Dtype {
  /** Settled when a model is loaded, by its size and the type of the processor. */
  AUTO,
  FLOAT32,
  BFLOAT16,
  /** A scale for each output channel of a matrix and for each row of activations. */
  INT8;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All labels. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Dtype::label).toList();
  }

  /**
   * @throws IllegalArgumentException naming those there are
   */
  public static Dtype of(String label) {
    return Arrays.stream(values())
        .filter(dtype -> dtype.label().equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("No dtype is called " + label + ": " + labels()));
  }
}
