package io.streamweir.text;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How a model's makers recommend to sample, for requests that do not say.
 *
 * @param temperature 0 for greedy
 * @param topP probability mass of the nucleus, 1 for all
 * @param topK number of candidates, 0 for all
 */
public record GenerationDefaults(double temperature, double topP, int topK) {
  static GenerationDefaults of(JsonNode generationConfig) {
    return new GenerationDefaults(
        generationConfig.path("temperature").asDouble(1.0),
        generationConfig.path("top_p").asDouble(1.0),
        generationConfig.path("top_k").asInt(0));
  }
}
