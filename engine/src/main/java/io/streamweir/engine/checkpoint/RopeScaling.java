package io.streamweir.engine.checkpoint;

/** How a model stretches its rotary frequencies beyond the context it was first trained on. */
public sealed interface RopeScaling {

  /**
   * @param frequency radians per position of a pair of channels, theta^(-2i/d)
   * @return the frequency that the model uses
   */
  double scale(double frequency);

  /** Frequencies as they are. */
  record None() implements RopeScaling {
    @Override
    public double scale(double frequency) {
      return frequency;
    }
  }

  /** Positions divided by a factor. */
  record Linear(double factor) implements RopeScaling {
    @Override
    public double scale(double frequency) {
      return frequency / factor;
    }
  }

  /**
   * Llama 3.1: wavelengths that the original context holds often stay, long ones are stretched by
   * the factor, those between are interpolated.
   *
   * @param lowFactor repetitions in the original context below which a wave is stretched
   * @param highFactor repetitions in the original context above which a wave stays
   * @param originalContext tokens
   */
  record Llama3(double factor, double lowFactor, double highFactor, double originalContext)
      implements RopeScaling {
    @Override
    public double scale(double frequency) {
      double repetitions = originalContext * frequency / (2 * Math.PI);
      if (repetitions < lowFactor) {
        return frequency / factor;
      }
      if (repetitions > highFactor) {
        return frequency;
      }
      double kept = (repetitions - lowFactor) / (highFactor - lowFactor);
      return (1 - kept) * frequency / factor + kept * frequency;
    }
  }
}
