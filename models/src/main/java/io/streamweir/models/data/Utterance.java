package io.streamweir.models.data;

import java.util.Optional;

/**
 * A customer's sentence with its labels.
 *
 * @param entityType empty if there is no entity; then start and end are 0
 * @param start offset of the entity's first character in {@code text}
 * @param end offset behind the entity's last character
 */
public record Utterance(String text, String intent, String entityType, int start, int end) {
  public Utterance {
    if (start < 0 || end < start || end > text.length()) {
      throw new IllegalArgumentException(
          "entity offsets " + start + ".." + end + " lie outside of '" + text + "'");
    }
  }

  /** The entity as it stands in the text: its case may differ from the data set's entity_value. */
  public Optional<Entity> entity() {
    return entityType.isEmpty()
        ? Optional.empty()
        : Optional.of(new Entity(entityType, text.substring(start, end)));
  }

  /** The answer that a model should give. */
  public Answer answer() {
    return new Answer(intent, entity());
  }

  /** The same with another entity in the same place. */
  public Utterance withEntity(String value) {
    return new Utterance(
        text.substring(0, start) + value + text.substring(end),
        intent,
        entityType,
        start,
        start + value.length());
  }
}
