package io.streamweir.bench.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole benchmark on the model of the demo, each load once. */
class TextBenchTest {
  private static final String SCHEMA =
      """
      {"schema": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {}},
                  "required": ["a"], "additionalProperties": false},
       "tests": [{"data": {"b": [1], "a": 2}, "valid": true}, {"data": {"b": 1}, "valid": false}]}
      """;

  @TempDir Path directory;

  @Test
  void shouldReportEveryLoad() throws Exception {
    Path schemas = Files.createDirectory(directory.resolve("schemas"));
    Files.writeString(schemas.resolve("a.json"), SCHEMA);
    Files.writeString(schemas.resolve("b.json"), "{\"schema\": {\"not\": {}}, \"tests\": []}");
    Path report = directory.resolve("report.json");
    int status =
        new CommandLine(new TextBench())
            .execute(
                "--model=../models/support-intents",
                "--schemas=" + schemas,
                "--warm-up=0",
                "--renderings=3",
                "--tokens=2000",
                "--rounds=3",
                "--report=" + report);
    assertThat(status).isZero();
    JsonNode json = new ObjectMapper().readTree(report.toFile());
    assertThat(json.at("/templates/render_us/count").asInt()).isEqualTo(3);
    assertThat(json.at("/templates/characters").asInt()).isPositive();
    assertThat(json.at("/detokenizer/as_in_text/ns_per_token").asLong()).isPositive();
    assertThat(json.at("/detokenizer/with_parser/ns_per_token").asLong()).isPositive();
    JsonNode masks = json.path("masks");
    assertThat(masks.path("compiled").asInt()).isEqualTo(1);
    assertThat(masks.at("/refused_by_keyword/not").asInt()).isEqualTo(1);
    assertThat(masks.at("/mask_us/count").asInt()).isPositive();
    assertThat(masks.path("valid_reached").asInt()).isEqualTo(1);
    assertThat(masks.path("invalid_reached").asInt()).isZero();
  }
}
