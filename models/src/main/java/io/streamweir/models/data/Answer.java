package io.streamweir.models.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The model's answer: one line of JSON, {@code {"intent":"track_order","order_id":"00123842"}}, the
 * entity under the name of its type, or {@code {"intent":"review"}} when the utterance has none.
 */
public record Answer(String intent, Optional<Entity> entity) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The line, without line end. */
  public String toJson() {
    ObjectNode node = JSON.createObjectNode().put("intent", intent);
    entity.ifPresent(e -> node.put(e.type(), e.text()));
    return node.toString();
  }

  /** Reads an answer; empty if {@code line} is not of the form that {@link #toJson} writes. */
  public static Optional<Answer> parse(String line) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (!node.isObject() || !node.path("intent").isTextual() || node.size() > 2) {
      return Optional.empty();
    }
    Optional<Entity> entity =
        node.properties().stream()
            .filter(field -> !field.getKey().equals("intent"))
            .map(field -> new Entity(field.getKey(), field.getValue().asText()))
            .findFirst();
    return Optional.of(new Answer(node.path("intent").asText(), entity));
  }
}
