package io.streamweir.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.text.TemplateCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The templates of known models with 15 conversations each, against what Python's Jinja2 renders.
 */
class ChatTemplateCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-05T12:00:00Z"), ZoneOffset.UTC);

  private static final String FAILED = "FAILED: ";

  @Test
  void shouldRenderAsPythonDoesWhenTemplatesAreThoseOfTheRepository() throws IOException {
    check(TemplateCorpus.golden(), 8 * 15);
  }

  @Test
  void shouldRenderAsPythonDoesWhenTemplatesAreThoseOf65Models() throws IOException {
    check(TemplateCorpus.directory(), 65 * 15);
  }

  private static void check(Path corpus, int pairs) throws IOException {
    JsonNode conversations = JSON.readTree(corpus.resolve("cases.json").toFile());
    JsonNode expected = JSON.readTree(corpus.resolve("expected.json").toFile());
    List<String> different = new ArrayList<>();
    int equal = 0;
    for (Map.Entry<String, JsonNode> model : expected.properties()) {
      Path source = corpus.resolve("templates").resolve(model.getKey() + ".jinja");
      ChatTemplate template =
          ChatTemplate.parse(Files.readString(source), TemplateLimits.DEFAULT, CLOCK);
      for (Map.Entry<String, JsonNode> wanted : model.getValue().properties()) {
        String rendered = render(template, conversations.get(wanted.getKey()));
        if (agrees(rendered, wanted.getValue())) {
          equal++;
        } else {
          different.add(
              "%s, %s%n got: %s%nwant: %s"
                  .formatted(model.getKey(), wanted.getKey(), rendered, wanted.getValue()));
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(equal).isEqualTo(pairs);
  }

  private static boolean agrees(String rendered, JsonNode wanted) {
    return wanted.has("out")
        ? rendered.equals(wanted.get("out").asText())
        : rendered.startsWith(FAILED);
  }

  private static String render(ChatTemplate template, JsonNode variables) {
    try {
      return template.render(JSON.convertValue(variables, new TypeReference<>() {}));
    } catch (TemplateException e) {
      return FAILED + e.getMessage();
    }
  }
}
