package io.streamweir.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.checkpoint.Rotary;
import java.nio.FloatBuffer;

/**
 * Cosines and sines of the rotary embedding, [positions, headDim], computed in double.
 *
 * <p>The two channels of a pair turn by position * frequency: x * cos + swapped(x) * sin, where the
 * sine of the first channel is negated ({@link Rotation#swapped}). Channels that do not turn have
 * cosine 1 and sine 0.
 */
record RotaryTable(PtNDArray cosines, PtNDArray sines) {

  static RotaryTable create(
      PtNDManager manager, ModelConfig config, Rotation rotation, int positions) {
    int dim = config.headDim();
    PtNDArray cosines = Tensors.floats(manager, positions, dim);
    PtNDArray sines = Tensors.floats(manager, positions, dim);
    FloatBuffer cosine = Tensors.alias(cosines);
    FloatBuffer sine = Tensors.alias(sines);
    Rotary rotary = config.rotary();
    double amplitude = rotary.scaling().amplitude();
    for (int pair = 0; pair < rotary.channels() / 2; pair++) {
      double frequency = rotary.frequency(pair);
      int first = rotation.first(pair, rotary.channels());
      int second = rotation.second(pair, rotary.channels());
      for (int position = 0; position < positions; position++) {
        int row = position * dim;
        float c = (float) (amplitude * StrictMath.cos(position * frequency));
        float s = (float) (amplitude * StrictMath.sin(position * frequency));
        cosine.put(row + first, c).put(row + second, c);
        sine.put(row + first, -s).put(row + second, s);
      }
    }
    for (int position = 0; position < positions; position++) {
      for (int channel = rotary.channels(); channel < dim; channel++) {
        cosine.put(position * dim + channel, 1);
        sine.put(position * dim + channel, 0);
      }
    }
    return new RotaryTable(cosines, sines);
  }
}
