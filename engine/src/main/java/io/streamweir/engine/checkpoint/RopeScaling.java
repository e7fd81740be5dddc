package io.streamweir.engine.checkpoint;

/** How a model stretches its rotary frequencies beyond the context it was first trained on. */
public sealed interface RopeScaling {

  /**
   * @param pair which pair of channels, the fastest first
   * @param frequency radians per position of that pair, theta^(-2 pair / channels)
   * @return the frequency that the model uses
   */
  double scale(int pair, double frequency);

  /** What cosines and sines are multiplied with. */
  default double amplitude() {
    return 1;
  }

  /** Frequencies as they are. */
  record None() implements RopeScaling {
    @Override
    public double scale(int pair, double frequency) {
      return frequency;
    }
  }

  /** Positions divided by a factor. */
  record Linear(double factor) implements RopeScaling {
    @Override
    public double scale(int pair, double frequency) {
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
    public double scale(int pair, double frequency) {
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

  /**
   * YaRN (Peng et al., 2023): fast pairs stay, slow ones are stretched by the factor, between them
   * a ramp over the number of the pair; the amplitude makes up for the flatter attention.
   *
   * @param lastKept pair up to which a wave stays
   * @param firstStretched pair from which on a wave is stretched
   */
  record Yarn(double factor, double lastKept, double firstStretched, double amplitude)
      implements RopeScaling {
    /** As small as the ramp gets where both ends fall together. */
    private static final double LEAST_RAMP = 0.001;

    /**
     * Finds the ends of the ramp: the pairs that turn {@code fast} and {@code slow} times within
     * the original context.
     *
     * @param channels that are rotated
     * @param originalContext tokens
     * @param wholePairs whether the ends are moved outwards to whole numbers
     */
    static Yarn of(
        double factor,
        double fast,
        double slow,
        double theta,
        int channels,
        double originalContext,
        boolean wholePairs,
        double amplitude) {
      double first = pairTurning(fast, theta, channels, originalContext);
      double last = pairTurning(slow, theta, channels, originalContext);
      if (wholePairs) {
        first = Math.floor(first);
        last = Math.ceil(last);
      }
      return new Yarn(factor, Math.max(first, 0), Math.min(last, channels - 1.0), amplitude);
    }

    /** The amplitude of a model that states none. */
    static double defaultAmplitude(double factor, double scale) {
      return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    private static double pairTurning(double times, double theta, int channels, double context) {
      return channels * Math.log(context / (times * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    @Override
    public double scale(int pair, double frequency) {
      double length = firstStretched == lastKept ? LEAST_RAMP : firstStretched - lastKept;
      double stretched = Math.min(1, Math.max(0, (pair - lastKept) / length));
      return stretched * frequency / factor + (1 - stretched) * frequency;
    }
  }
}
