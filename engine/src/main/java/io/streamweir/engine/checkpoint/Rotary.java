package io.streamweir.engine.checkpoint;

import io.streamweir.engine.EngineLoadException;

/**
 * The rotary embedding of a model: pairs of channels of a head turn with the position.
 *
 * @param theta base of the frequencies
 * @param channels of a head that turn, the first ones; even
 * @param scaling what is done to the frequencies
 */
public record Rotary(double theta, int channels, RopeScaling scaling) {

  /** Radians per position of a pair of channels, 0 &lt;= pair &lt; channels / 2. */
  public double frequency(int pair) {
    return scaling.scale(pair, StrictMath.pow(theta, -2.0 * pair / channels));
  }

  /**
   * Reads {@code rope_theta}, {@code partial_rotary_factor} and {@code rope_scaling}, or {@code
   * rope_parameters}, where newer configurations keep all three.
   *
   * @throws EngineLoadException naming the value that is wrong or not supported
   */
  static Rotary read(JsonFile json, int headDim) {
    JsonFile parameters = json.object("rope_parameters");
    double theta = parameters.positive("rope_theta", json.positive("rope_theta", 10_000.0));
    double share =
        parameters.positive("partial_rotary_factor", json.positive("partial_rotary_factor", 1.0));
    int channels = (int) (headDim * share);
    if (channels < 2 || channels > headDim || channels % 2 != 0) {
      throw (parameters.has("partial_rotary_factor") ? parameters : json)
          .invalid(
              "partial_rotary_factor",
              "such that an even number of the " + headDim + " channels of a head turns");
    }
    return new Rotary(theta, channels, scaling(json, theta, channels));
  }

  private static JsonFile scalingObject(JsonFile json) {
    return json.object(json.has("rope_scaling") ? "rope_scaling" : "rope_parameters");
  }

  private static String typeKey(JsonFile scaling) {
    return scaling.has("rope_type") ? "rope_type" : "type";
  }

  private static RopeScaling scaling(JsonFile json, double theta, int channels) {
    JsonFile scaling = scalingObject(json);
    String key = typeKey(scaling);
    return switch (scaling.text(key, "default")) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(scaling.positive("factor", 0.0));
      case "llama3" ->
          new RopeScaling.Llama3(
              scaling.positive("factor", 0.0),
              scaling.positive("low_freq_factor", 0.0),
              scaling.positive("high_freq_factor", 0.0),
              scaling.positive("original_max_position_embeddings", 0.0));
      case "yarn" -> yarn(scaling, json, theta, channels);
      default -> throw scaling.invalid(key, "one of default, linear, llama3, yarn for this engine");
    };
  }

  private static RopeScaling yarn(JsonFile scaling, JsonFile json, double theta, int channels) {
    double factor = scaling.positive("factor", 0.0);
    double amplitude = RopeScaling.Yarn.defaultAmplitude(factor, 1);
    if (scaling.has("mscale") && scaling.has("mscale_all_dim")) {
      amplitude =
          RopeScaling.Yarn.defaultAmplitude(factor, scaling.positive("mscale", 0.0))
              / RopeScaling.Yarn.defaultAmplitude(factor, scaling.positive("mscale_all_dim", 0.0));
    }
    return RopeScaling.Yarn.of(
        factor,
        scaling.positive("beta_fast", 32.0),
        scaling.positive("beta_slow", 1.0),
        theta,
        channels,
        originalContext(scaling, json),
        scaling.flag("truncate", true),
        scaling.positive("attention_factor", amplitude));
  }

  /**
   * The longest context. A model that YaRN stretches may state the one before: its context is then
   * the original one times the factor.
   */
  static int maxPositions(JsonFile json) {
    int stated = json.requirePositive("max_position_embeddings");
    JsonFile scaling = scalingObject(json);
    if (!scaling.text(typeKey(scaling), "default").equals("yarn")) {
      return stated;
    }
    return (int) Math.max(stated, originalContext(scaling, json) * scaling.positive("factor", 0.0));
  }

  private static double originalContext(JsonFile scaling, JsonFile json) {
    return scaling.positive(
        "original_max_position_embeddings",
        (double) json.requirePositive("max_position_embeddings"));
  }
}
