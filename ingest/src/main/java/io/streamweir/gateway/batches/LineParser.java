package io.streamweir.gateway.batches;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.InferenceRequest;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the lines of one batch into requests. The body of a line is read by the parser of its
 * route, so that a line means what the same body means there. Not thread-safe: it remembers the
 * custom ids.
 */
final class LineParser {

  private static final Logger LOG = LoggerFactory.getLogger(LineParser.class);
  private static final Set<String> FIELDS = Set.of("custom_id", "method", "url", "body");
  private static final int MOST_ID_CHARS = 512;

  private final BatchRecord batch;
  private final RequestParser bodies;
  private final Caller caller;
  private final CustomIds customIds = new CustomIds();

  LineParser(BatchRecord batch, RequestParser bodies) {
    this.batch = batch;
    this.bodies = bodies;
    this.caller =
        new Caller(
            batch.getTenant(),
            Optional.ofNullable(batch.getModels()).map(Set::copyOf),
            Optional.empty());
  }

  /** Reads the next line. */
  ParsedLine parse(InputLines.Line line) {
    String customId = null;
    JsonNode body;
    try {
      var json = json(line);
      customId = customId(json);
      body = body(json, customId);
    } catch (RuntimeException e) {
      return new ParsedLine(customId, null, error(line, e), false);
    }
    try {
      return new ParsedLine(customId, request(line, body, customId), null, false);
    } catch (RuntimeException e) {
      return new ParsedLine(customId, null, error(line, e), true);
    }
  }

  /** What is no fault that anybody thought of must not hold up the other lines either. */
  private ApiError error(InputLines.Line line, RuntimeException failure) {
    if (failure instanceof ApiException known) {
      return known.error();
    }
    LOG.error("Line {} of batch {} cannot be read", line.number(), batch.getBatchId(), failure);
    return CallErrors.of(failure);
  }

  /** What a line is called; null if that cannot be told. */
  static String customIdOf(InputLines.Line line) {
    try {
      return customId(json(line));
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static JsonNode json(InputLines.Line line) {
    var where = "Line " + line.number();
    if (line.isTooLong()) {
      throw new ApiException(
          ApiError.of(
              413,
              "line_too_large",
              where
                  + " has "
                  + line.length()
                  + " bytes, but at most "
                  + line.bytes().length
                  + " are taken (body.limit). Shorten the prompt."));
    }
    var json = RequestParser.tree(where, BodyReader.text(where, line.bytes()));
    if (!json.isObject()) {
      throw invalid("invalid_json", where + " must be a JSON object, but is " + Values.show(json));
    }
    return json;
  }

  private static String customId(JsonNode line) {
    var id = line.path("custom_id");
    if (!id.isTextual() || id.textValue().isEmpty() || id.textValue().length() > MOST_ID_CHARS) {
      throw invalid(
          "invalid_custom_id",
          "'custom_id' must be a string of 1 to " + MOST_ID_CHARS + " characters");
    }
    return Values.text("custom_id", id);
  }

  private JsonNode body(JsonNode line, String customId) {
    if (!customIds.add(customId)) {
      throw invalid(
          "duplicate_custom_id",
          "An earlier line has the custom_id " + Values.show(line.path("custom_id")) + " as well");
    }
    for (var field : line.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw invalid(
            "unknown_parameter",
            "'" + field.getKey() + "' is no field of a line; it has custom_id, method, url, body");
      }
    }
    if (!Values.isText(line.path("method"), "POST")) {
      throw invalid("invalid_method", "'method' must be \"POST\"");
    }
    if (!Values.isText(line.path("url"), batch.getEndpoint())) {
      throw invalid(
          "mismatched_url",
          "'url' must be the endpoint of the batch, \"" + batch.getEndpoint() + "\"");
    }
    var body = line.path("body");
    if (!body.isObject()) {
      throw invalid("invalid_body", "'body' must be an object");
    }
    return body;
  }

  private InferenceRequest request(InputLines.Line line, JsonNode body, String customId) {
    var id = new BatchLine(batch.getBatchId(), line.number()).requestId();
    var submission = bodies.parse(body, batch.getTenant(), id);
    requirePlain(submission, body);
    var request = submission.request();
    caller.requireModel(request.getModel());
    var metadata = new HashMap<>(request.getMetadata());
    metadata.put(BatchLine.BATCH_ID, batch.getBatchId());
    metadata.put(BatchLine.CUSTOM_ID, customId);
    request.setMetadata(metadata);
    request.setApiKey(batch.getApiKey());
    request.setOffline(true);
    var expires = batch.getTimes().getExpiresAtMs();
    var deadline = request.getDeadlineMs();
    request.setDeadlineMs(deadline == null ? expires : Long.valueOf(Math.min(deadline, expires)));
    return request;
  }

  /** What makes sense between a client and an open connection only, or is not in results. */
  private static void requirePlain(Submission submission, JsonNode body) {
    var delivery = submission.delivery();
    if (body.has("request_id")) {
      throw unsupported("request_id", "the batch decides it");
    }
    if (delivery.stream()) {
      throw unsupported("stream", "the answer is a line of the output file");
    }
    if (delivery.background() || delivery.cancelOnDisconnect().isPresent()) {
      throw unsupported(
          delivery.background() ? "background" : "cancel_on_disconnect", "there is no connection");
    }
    if (delivery.choices() > 1) {
      throw unsupported("n", "write several lines, each with a seed of its own");
    }
    if (submission.request().getSampling().getTopLogprobs() != null) {
      throw unsupported("logprobs", "results do not hold them");
    }
  }

  private static ApiException unsupported(String name, String why) {
    return Values.unsupported(
        name, "'" + name + "' is not supported in a batch: " + why + ". Leave it out.");
  }

  private static ApiException invalid(String code, String message) {
    return new ApiException(ApiError.of(400, code, message + "."));
  }
}
