package io.streamweir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.parameters.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables of docs/api.md are those of the code; {@code -Ddocs.write=true} writes them anew. */
class ApiDocTest {

  private static final Path PAGE = Path.of("../docs/api.md");
  private static final String BEGIN = "<!-- generated: the rest of this page -->\n";

  @Test
  void shouldBeTheTablesInTheDocs() throws Exception {
    var page = Files.readString(PAGE);
    var written = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + tables();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, written);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/api.md is out of date: mvn test -pl ingest -Ddocs.write=true writes it")
        .isEqualTo(written);
  }

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void shouldDescribeEveryParameterThatIsLetThrough(Protocol protocol) {
    var schema =
        OpenApi.describe()
            .at("/paths")
            .path(protocol.path())
            .at("/post/requestBody/content/application~1json/schema");

    for (var parameter : protocol.table().parameters()) {
      var described = schema.path("properties").path(parameter.name());
      assertThat(described.isObject())
          .as(parameter.name())
          .isEqualTo(parameter.support() != Parameter.Support.REFUSED);
    }
    assertThat(schema.path("required")).hasSize(protocol.table().required().size());
    if (protocol != Protocol.COUNT_TOKENS) {
      assertThat(schema.at("/properties/temperature/maximum").asDouble())
          .isEqualTo(protocol == Protocol.MESSAGES ? 1 : 2);
    }
  }

  @Test
  void shouldDescribeEveryRoute() {
    var paths = OpenApi.describe().path("paths");

    for (var route : Route.values()) {
      assertThat(paths.path(route.path()).has(route.method().name().toLowerCase()))
          .as("%s %s", route.method(), route.path())
          .isTrue();
    }
  }

  private static String tables() {
    return """

        ## Routes

        | route | what it is |
        |---|---|
        %s

        ## Headers of the routes on which tokens are generated

        | header | meaning |
        |---|---|
        %s

        %s
        """
        .formatted(
            routes(),
            Arrays.stream(GenerationHeader.values())
                .map(header -> "| `%s` | %s |".formatted(header.wireName(), header.meaning()))
                .collect(Collectors.joining("\n")),
            Arrays.stream(Protocol.values())
                .map(ApiDocTest::parameters)
                .collect(Collectors.joining("\n\n")));
  }

  private static String routes() {
    var rows =
        new ArrayList<>(
            Arrays.stream(Protocol.values())
                .map(one -> "| `POST %s` | %s |".formatted(one.path(), one.summary()))
                .toList());
    rows.addAll(
        Arrays.stream(Route.values())
            .map(one -> "| `%s %s` | %s |".formatted(one.method(), one.path(), one.summary()))
            .toList());
    return String.join("\n", rows);
  }

  private static String parameters(Protocol protocol) {
    var rows =
        protocol.table().parameters().stream()
            .map(one -> row(one, protocol.table().required()))
            .collect(Collectors.joining("\n"));
    return "## POST %s\n\n| parameter | support | meaning |\n|---|---|---|\n%s"
        .formatted(protocol.path(), rows);
  }

  private static String row(Parameter parameter, List<String> required) {
    var support =
        switch (parameter.support()) {
          case HONOURED -> required.contains(parameter.name()) ? "required" : "honoured";
          case NEUTRAL_ONLY -> "neutral values only";
          case REFUSED -> "refused";
        };
    var meaning = parameter.meaning().replaceFirst("^(honoured|refused)[;,]? ?", "");
    return "| `%s` | %s | %s |".formatted(parameter.name(), support, meaning);
  }
}
