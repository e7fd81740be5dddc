package io.streamweir.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/topics.md is this table; {@code -Ddocs.write=true} writes it anew. */
class TopicsDocTest {

  private static final Path PAGE = Path.of("../docs/topics.md");

  @Test
  void shouldBeTheTableInTheDocs() throws Exception {
    var page = page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/topics.md is out of date: mvn test -pl schemas -Ddocs.write=true writes it")
        .isEqualTo(page);
  }

  private static String page() {
    return """
        # Topics

        Generated from `io.streamweir.schemas.Topics`; the records are documented in `schemas/src/main/avro`.
        Every value is Avro in the Confluent wire format (a zero byte, the schema id, the record); the subject is
        `<topic>-value`, for all dispatch topics `%s`. Subjects are registered with compatibility FULL_TRANSITIVE.
        The key `tenant/request_id` is UTF-8 text. A request needs `request_id`, `model`, `sampling` (may be all defaults) and one of
        `messages` and `prompt`; the other fields have defaults (`schemas/src/main/avro/request.avdl`).

        | topic | key | value | partition | partitions | kept | guarantee |
        |---|---|---|---|---|---|---|
        %s
        """
        .formatted(
            Topics.DISPATCH_SUBJECT,
            Stream.concat(Topics.FIXED.stream(), Stream.of(Topics.DISPATCH))
                .map(TopicsDocTest::row)
                .collect(Collectors.joining("\n")));
  }

  private static String row(TopicSpec topic) {
    return "| `%s` | %s | `%s` | %s | %d | %s | %s |"
        .formatted(
            topic.name(),
            topic.key(),
            topic.value().getName(),
            topic.partitioning(),
            topic.partitions(),
            topic.compacted() ? "last of each key" : kept(topic.retention()),
            topic.guarantee());
  }

  private static String kept(Duration retention) {
    return retention.toHours() % 24 == 0 ? retention.toDays() + " d" : retention.toHours() + " h";
  }
}
