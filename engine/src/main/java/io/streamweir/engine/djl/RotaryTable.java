package io.streamweir.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.streamweir.engine.checkpoint.ModelConfig;
import java.nio.FloatBuffer;

/**
 * Cosines and sines of the rotary embedding, [positions, headDim], computed in double.
 *
 * <p>Channel i of the first half turns with channel i + headDim/2 by position *
 * theta^(-2i/headDim). The sines of the first half are negated, so that the rotation is x * cos +
 * roll(x) * sin.
 */
record RotaryTable(PtNDArray cosines, PtNDArray sines) {

  static RotaryTable create(PtNDManager manager, ModelConfig config, int positions) {
    int dim = config.headDim();
    PtNDArray cosines = Tensors.floats(manager, positions, dim);
    PtNDArray sines = Tensors.floats(manager, positions, dim);
    FloatBuffer cosine = Tensors.alias(cosines);
    FloatBuffer sine = Tensors.alias(sines);
    for (int i = 0; i < dim / 2; i++) {
      double frequency =
          config.ropeScaling().scale(StrictMath.pow(config.ropeTheta(), -2.0 * i / dim));
      for (int position = 0; position < positions; position++) {
        float c = (float) StrictMath.cos(position * frequency);
        float s = (float) StrictMath.sin(position * frequency);
        int first = position * dim + i;
        int second = first + dim / 2;
        cosine.put(first, c).put(second, c);
        sine.put(first, -s).put(second, s);
      }
    }
    return new RotaryTable(cosines, sines);
  }
}
