package io.streamweir.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules of the language, one small template each, against what Python's Jinja2 renders. */
class TemplateRulesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-05T12:00:00Z"), ZoneOffset.UTC);

  @TestFactory
  Stream<DynamicContainer> shouldRenderAsPythonDoesWhenRuleApplies() throws IOException {
    JsonNode rules = JSON.readTree(getClass().getResourceAsStream("template-rules.json"));
    Map<String, Object> variables =
        JSON.convertValue(rules.get("variables"), new TypeReference<>() {});
    return StreamSupport.stream(rules.get("rules").spliterator(), false)
        .map(rule -> container(rule, variables));
  }

  private static DynamicContainer container(JsonNode rule, Map<String, Object> variables) {
    return DynamicContainer.dynamicContainer(
        rule.get("rule").asText(),
        StreamSupport.stream(rule.get("cases").spliterator(), false)
            .map(
                example ->
                    DynamicTest.dynamicTest(
                        example.get("template").asText(), () -> check(example, variables))));
  }

  private static void check(JsonNode example, Map<String, Object> variables) {
    String source = example.get("template").asText();
    if (example.has("renders")) {
      assertThat(render(source, variables)).isEqualTo(example.get("renders").asText());
    } else {
      assertThatThrownBy(() -> render(source, variables)).isInstanceOf(TemplateException.class);
    }
  }

  private static String render(String source, Map<String, Object> variables) {
    return ChatTemplate.parse(source, TemplateLimits.DEFAULT, CLOCK).render(variables);
  }
}
