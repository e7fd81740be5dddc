package io.streamweir.models.data;

import static java.util.Objects.requireNonNull;

/**
 * What an utterance is about, for example an order number.
 *
 * @param type {@code order_id}, {@code person_name}, ...
 * @param text verbatim from the utterance, in its spelling
 */
public record Entity(String type, String text) {
  public Entity {
    requireNonNull(type, "type is null");
    requireNonNull(text, "text is null");
  }
}
