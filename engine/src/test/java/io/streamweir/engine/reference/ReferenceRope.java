package io.streamweir.engine.reference;

import com.fasterxml.jackson.databind.JsonNode;

/** The rotary embedding that a {@code config.json} asks for. */
final class ReferenceRope {
  private final boolean neighbours;
  private final int dim;
  private final int turning;
  private final double[] frequencies;
  private final double amplitude;

  ReferenceRope(JsonNode config, int dim) {
    this.dim = dim;
    neighbours = config.get("architectures").get(0).asText().startsWith("Glm");
    turning = (int) (dim * config.path("partial_rotary_factor").asDouble(1));
    double theta = config.path("rope_theta").asDouble(10_000);
    JsonNode scaling = config.path("rope_scaling");
    String type = scaling.path("rope_type").asText("none");
    frequencies = new double[turning / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 / Math.pow(theta, 2.0 * i / turning);
    }
    switch (type) {
      case "none" -> {}
      case "linear" -> divideAll(scaling.get("factor").asDouble());
      case "llama3" -> stretchByWavelength(scaling);
      case "yarn" -> stretchByTurns(scaling);
      default -> throw new IllegalArgumentException(type);
    }
    amplitude = type.equals("yarn") ? 1 + 0.1 * Math.log(scaling.get("factor").asDouble()) : 1;
  }

  /** Rotates each head for a token at a position. */
  double[] rotate(double[] heads, int position) {
    double[] rotated = heads.clone();
    for (int start = 0; start < heads.length; start += dim) {
      for (int i = 0; i < turning / 2; i++) {
        int first = start + (neighbours ? 2 * i : i);
        int second = neighbours ? first + 1 : first + turning / 2;
        double angle = position * frequencies[i];
        double a = heads[first];
        double b = heads[second];
        rotated[first] = amplitude * (a * Math.cos(angle) - b * Math.sin(angle));
        rotated[second] = amplitude * (b * Math.cos(angle) + a * Math.sin(angle));
      }
    }
    return rotated;
  }

  private void divideAll(double factor) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= factor;
    }
  }

  /** Llama 3.1, written with wavelengths as in its paper's reference code. */
  private void stretchByWavelength(JsonNode scaling) {
    double factor = scaling.get("factor").asDouble();
    double low = scaling.get("low_freq_factor").asDouble();
    double high = scaling.get("high_freq_factor").asDouble();
    double context = scaling.get("original_max_position_embeddings").asDouble();
    for (int i = 0; i < frequencies.length; i++) {
      double wavelength = 2 * Math.PI / frequencies[i];
      if (wavelength > context / low) {
        frequencies[i] /= factor;
      } else if (wavelength >= context / high) {
        double smooth = (context / wavelength - low) / (high - low);
        frequencies[i] = (1 - smooth) * frequencies[i] / factor + smooth * frequencies[i];
      }
    }
  }

  /**
   * YaRN: the last pair that turns at least 32 times within the original context stays, the first
   * that turns at most once is stretched, between them the share grows evenly from pair to pair.
   */
  private void stretchByTurns(JsonNode scaling) {
    double factor = scaling.get("factor").asDouble();
    double context = scaling.get("original_max_position_embeddings").asDouble();
    int lastKept = 0;
    int firstStretched = 0;
    for (int i = 0; i < frequencies.length; i++) {
      double turns = context * frequencies[i] / (2 * Math.PI);
      lastKept = turns >= 32 ? i : lastKept;
      firstStretched = turns > 1 ? i + 1 : firstStretched;
    }
    for (int i = 0; i < frequencies.length; i++) {
      double share = (double) (i - lastKept) / (firstStretched - lastKept);
      share = Math.max(0, Math.min(1, share));
      frequencies[i] = share * frequencies[i] / factor + (1 - share) * frequencies[i];
    }
  }
}
