package io.streamweir.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every version of a schema that was ever published is kept in {@code
 * src/test/resources/schemas/NAME/vN.avsc}. A change must be readable by all of them and read all
 * of them (FULL_TRANSITIVE); then it is added there as the next version.
 */
class SchemaCompatibilityTest {

  private static final Path PUBLISHED = Path.of("src/test/resources/schemas");

  static Stream<Schema> schemas() {
    return Stream.concat(Topics.FIXED.stream(), Stream.of(Topics.DISPATCH)).map(TopicSpec::value);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void shouldReadAndBeReadByEveryPublishedVersion(Schema schema) throws Exception {
    fullTransitive().validate(schema, published(schema));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void shouldBePublishedAsItsNewestVersion(Schema schema) throws Exception {
    var versions = published(schema);
    assertThat(versions).as("published versions of %s", schema.getName()).isNotEmpty();
    assertThat(versions.get(0))
        .as(
            "%s changed: add it as %s/%s/v%d.avsc",
            schema.getName(), PUBLISHED, schema.getName(), versions.size() + 1)
        .isEqualTo(schema);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void shouldRefuseAFieldWithoutDefault(Schema schema) throws Exception {
    var fields =
        schema.getFields().stream()
            .map(field -> new Schema.Field(field, field.schema()))
            .collect(Collectors.toCollection(ArrayList::new));
    fields.add(new Schema.Field("breaking", Schema.create(Schema.Type.LONG)));
    var changed =
        Schema.createRecord(
            schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
    var versions = published(schema);
    assertThatThrownBy(() -> fullTransitive().validate(changed, versions))
        .isInstanceOf(SchemaValidationException.class);
  }

  private static SchemaValidator fullTransitive() {
    return new SchemaValidatorBuilder().mutualReadStrategy().validateAll();
  }

  /** Newest first. */
  private static List<Schema> published(Schema schema) throws IOException {
    var directory = PUBLISHED.resolve(schema.getName());
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files
          .sorted(Comparator.comparingInt(SchemaCompatibilityTest::version).reversed())
          .map(SchemaCompatibilityTest::parse)
          .toList();
    }
  }

  private static int version(Path file) {
    return Integer.parseInt(file.getFileName().toString().replaceAll("\\D", ""));
  }

  private static Schema parse(Path file) {
    try {
      return new Schema.Parser().parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
