package io.streamweir.local.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * What support-intents says about an utterance: one line of JSON, for example {@code
 * {"intent":"track_order","order_id":"00123842"}}.
 *
 * @param intent one of 27
 * @param entity present if the utterance names one
 */
record Answer(String intent, Optional<Entity> entity) {

  private static final String INTENT = "intent";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param type for example order_id
   * @param text as it stands in the utterance
   */
  record Entity(String type, String text) {}

  /** Reads what a model wrote; empty if it is not of that form. */
  static Optional<Answer> parse(String line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (json == null || !json.path(INTENT).isTextual() || json.size() > 2) {
      return Optional.empty();
    }
    var entity =
        json.properties().stream()
            .filter(field -> !field.getKey().equals(INTENT))
            .map(field -> new Entity(field.getKey(), field.getValue().asText()))
            .findFirst();
    return Optional.of(new Answer(json.path(INTENT).asText(), entity));
  }
}
