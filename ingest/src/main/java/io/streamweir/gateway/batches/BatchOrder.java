package io.streamweir.gateway.batches;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.files.KeptFor;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.BatchRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The body of {@code POST /v1/batches}.
 *
 * @param window as the client wrote it
 * @param time that the window gives
 * @param outputKept how long output and error file are kept
 */
record BatchOrder(
    String inputFileId,
    String endpoint,
    String window,
    Duration time,
    Map<String, String> metadata,
    Duration outputKept) {

  private static final Set<String> FIELDS =
      Set.of("input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after");
  private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,5})([smh])");
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MOST_METADATA = 16;
  private static final int MOST_KEY_CHARS = 64;
  private static final int MOST_VALUE_CHARS = 512;

  /**
   * @param endpoints that lines may be for
   * @throws ApiException that names the parameter at fault
   */
  static BatchOrder parse(String text, Set<String> endpoints, Duration mostKept) {
    var body = Values.object("body", RequestParser.tree("The body", text));
    for (var field : body.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new ApiException(
            new ApiError(
                400,
                "unknown_parameter",
                "'"
                    + field.getKey()
                    + "' is no parameter of this route; check its spelling, or"
                    + " leave it out.",
                field.getKey()));
      }
    }
    var endpoint = required(body, "endpoint");
    if (!endpoints.contains(endpoint)) {
      throw Values.wrong(
          "endpoint", body.path("endpoint"), "one of " + String.join(", ", endpoints));
    }
    var window = required(body, "completion_window");
    return new BatchOrder(
        required(body, "input_file_id"),
        endpoint,
        window,
        time(window, body.path("completion_window")),
        metadata(body.path("metadata")),
        outputKept(body.path("output_expires_after"), mostKept));
  }

  /** Whether a batch was ordered in these words. */
  boolean isOf(BatchRecord batch) {
    return inputFileId.equals(batch.getInputFileId())
        && endpoint.equals(batch.getEndpoint())
        && window.equals(batch.getCompletionWindow())
        && metadata.equals(batch.getMetadata())
        && outputKept.toMillis() == batch.getOutputKeptMs();
  }

  private static String required(JsonNode body, String name) {
    var value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      throw Values.invalid(name, "'" + name + "' is missing.");
    }
    return Values.text(name, value);
  }

  private static Duration time(String window, JsonNode value) {
    var matcher = WINDOW.matcher(window);
    if (matcher.matches()) {
      var number = Long.parseLong(matcher.group(1));
      var time =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
          };
      if (time.compareTo(LONGEST) <= 0) {
        return time;
      }
    }
    throw Values.wrong(
        "completion_window", value, "\"24h\" or a shorter time, such as \"90m\" or \"30s\"");
  }

  private static Map<String, String> metadata(JsonNode value) {
    var metadata = new HashMap<String, String>();
    if (value.isMissingNode() || value.isNull()) {
      return metadata;
    }
    for (var one : Values.object("metadata", value).properties()) {
      var name = "metadata." + one.getKey();
      var text = Values.text(name, one.getValue());
      if (one.getKey().length() > MOST_KEY_CHARS || text.length() > MOST_VALUE_CHARS) {
        throw Values.invalid(
            name,
            "A key of 'metadata' may have %d characters and its value %d."
                .formatted(MOST_KEY_CHARS, MOST_VALUE_CHARS));
      }
      metadata.put(one.getKey(), text);
    }
    if (metadata.size() > MOST_METADATA) {
      throw Values.wrong("metadata", value, "an object of at most " + MOST_METADATA);
    }
    return metadata;
  }

  private static Duration outputKept(JsonNode value, Duration most) {
    var name = "output_expires_after";
    if (value.isMissingNode() || value.isNull()) {
      return most;
    }
    if (!Values.isText(Values.object(name, value).path("anchor"), "created_at")
        || value.size() != 2) {
      throw Values.wrong(name, value, "{\"anchor\": \"created_at\", \"seconds\": NUMBER}");
    }
    var seconds = Values.longInteger(name + ".seconds", value.path("seconds"), 0);
    return KeptFor.seconds(name + ".seconds", seconds, most);
  }
}
