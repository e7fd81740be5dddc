package io.streamweir.text.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** What the JDK makes of strings with a {@code format}; it takes what it knows nothing of. */
final class JdkFormats {
  private static final Map<String, Consumer<String>> PARSERS =
      Map.of(
          "date",
          LocalDate::parse,
          "time",
          OffsetTime::parse,
          "date-time",
          OffsetDateTime::parse,
          "uri",
          text -> {
            if (!URI.create(text).isAbsolute()) {
              throw new IllegalArgumentException(text + " has no scheme");
            }
          },
          "uuid",
          text -> {
            if (!UUID.fromString(text).toString().equalsIgnoreCase(text)) {
              throw new IllegalArgumentException(text + " is not written out");
            }
          });

  private JdkFormats() {}

  static boolean fits(JsonNode format, JsonNode value) {
    try {
      PARSERS.getOrDefault(format.asText(), text -> {}).accept(value.asText());
      return true;
    } catch (DateTimeException | IllegalArgumentException e) {
      return false;
    }
  }
}
