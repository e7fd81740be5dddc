package io.streamweir.text.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A schema and instances that are valid against it, or not.
 *
 * @param about what it is about
 */
record SchemaCase(String about, JsonNode schema, List<Instance> instances) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param spellings texts of the instance; one of those that is valid must be reachable
   */
  record Instance(boolean valid, List<String> spellings) {}

  /** Those of the tests: a schema for each keyword, and some as applications have them. */
  static List<SchemaCase> ofTests() throws IOException {
    List<SchemaCase> cases = new ArrayList<>();
    for (String file : List.of("schema-cases.json", "real-schemas.json")) {
      for (JsonNode node : JSON.readTree(SchemaCase.class.getResourceAsStream(file))) {
        List<Instance> instances = new ArrayList<>();
        node.get("valid").forEach(t -> instances.add(new Instance(true, List.of(t.asText()))));
        node.get("invalid").forEach(t -> instances.add(new Instance(false, List.of(t.asText()))));
        cases.add(new SchemaCase(node.get("about").asText(), node.get("schema"), instances));
      }
    }
    return cases;
  }

  /** The groups of a file of the JSON-Schema-Test-Suite. */
  static List<SchemaCase> ofSuite(Path file) throws IOException {
    List<SchemaCase> cases = new ArrayList<>();
    for (JsonNode group : JSON.readTree(file.toFile())) {
      List<Instance> instances = new ArrayList<>();
      for (JsonNode test : group.get("tests")) {
        boolean valid = test.get("valid").asBoolean();
        instances.add(new Instance(valid, ValueTexts.of(test.get("data"))));
      }
      String about = file.getFileName() + ": " + group.get("description").asText();
      cases.add(new SchemaCase(about, group.get("schema"), instances));
    }
    return cases;
  }

  @Override
  public String toString() {
    return about;
  }
}
