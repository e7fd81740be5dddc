package io.streamweir.engine.core;

/** The logits of a step, a row of vocabulary size per sampled sequence. */
public interface StepLogits {

  /** The largest logit of the row; NaN if any is NaN. */
  float max(int row);

  /** The lowest token id that has the largest logit. */
  int argmax(int row);

  /** Copies the row. */
  void copy(int row, float[] into);
}
