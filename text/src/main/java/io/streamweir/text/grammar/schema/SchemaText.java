package io.streamweir.text.grammar.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamweir.text.grammar.regex.Origin;

/** Reads the JSON text of a schema. */
final class SchemaText {
  private static final int MAX_CHARACTERS = 1_000_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Origin ROOT = new Origin("schema", "#");

  private SchemaText() {}

  static JsonNode parse(String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw ROOT.refuse(
          "the schema has %d characters, at most %d are allowed"
              .formatted(text.length(), MAX_CHARACTERS));
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw ROOT.refuse("is no JSON: " + e.getOriginalMessage());
    }
  }
}
