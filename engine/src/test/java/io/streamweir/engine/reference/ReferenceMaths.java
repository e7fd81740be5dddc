package io.streamweir.engine.reference;

/** Norms and linear maps with the tensors of a checkpoint, in double. */
record ReferenceMaths(RandomCheckpoint weights) {

  /** RMSNorm of each stretch of {@code x} that is as long as the weight. */
  double[] norm(double[] x, String name) {
    float[] weight = weights.values(name + ".weight");
    double epsilon = weights.config().get("rms_norm_eps").asDouble();
    double[] out = new double[x.length];
    for (int start = 0; start < x.length; start += weight.length) {
      double squares = 0;
      for (int i = 0; i < weight.length; i++) {
        squares += x[start + i] * x[start + i];
      }
      double scale = 1 / Math.sqrt(squares / weight.length + epsilon);
      for (int i = 0; i < weight.length; i++) {
        out[start + i] = x[start + i] * scale * weight[i];
      }
    }
    return out;
  }

  double[] normIfThere(double[] x, String name) {
    return weights.has(name + ".weight") ? norm(x, name) : x;
  }

  double[] linear(double[] x, String name) {
    float[] matrix = weights.values(name + ".weight");
    float[] bias = weights.has(name + ".bias") ? weights.values(name + ".bias") : null;
    double[] out = new double[matrix.length / x.length];
    for (int row = 0; row < out.length; row++) {
      double sum = bias == null ? 0 : bias[row];
      for (int column = 0; column < x.length; column++) {
        sum += matrix[row * x.length + column] * x[column];
      }
      out[row] = sum;
    }
    return out;
  }

  static void addTo(double[] x, double[] more) {
    for (int i = 0; i < x.length; i++) {
      x[i] += more[i];
    }
  }
}
