package io.streamweir.gateway.parameters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import java.time.InstantSource;

/** Turns a body into what it asks for. Thread-safe. */
public final class RequestParser {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ParameterTable table;
  private final int defaultMaxTokens;
  private final InstantSource clock;

  /**
   * @param defaultMaxTokens bound on the completion if the body has none; 0 leaves it to the model
   */
  public RequestParser(ParameterTable table, int defaultMaxTokens, InstantSource clock) {
    this.table = table;
    this.defaultMaxTokens = defaultMaxTokens;
    this.clock = clock;
  }

  /**
   * @param body JSON
   * @param tenant who asks
   * @param fallbackId the request id, unless the body has one
   * @throws ApiException that names what is wrong
   */
  public Submission parse(String body, String tenant, String fallbackId) {
    return parse(tree("The body", body), tenant, fallbackId);
  }

  /** As {@link #parse(String, String, String)}, of a body that was part of something else. */
  public Submission parse(JsonNode body, String tenant, String fallbackId) {
    var draft = table.read(body);
    if (draft.sampling().getMaxTokens() == null && defaultMaxTokens > 0) {
      draft.sampling().setMaxTokens(defaultMaxTokens);
    }
    return draft.toSubmission(tenant, fallbackId, clock.millis());
  }

  /**
   * Reads JSON as strictly as bodies are read: no name twice in an object, nothing behind the end.
   *
   * @param what is read, for the message: "The body"
   * @throws ApiException if it is no JSON
   */
  public static JsonNode tree(String what, String text) {
    try {
      var tree = JSON.readTree(text);
      if (tree.isMissingNode()) {
        throw new ApiException(invalidJson(what, "it is empty"));
      }
      return tree;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new ApiException(
          invalidJson(
              what,
              e.getOriginalMessage()
                  + (at == null
                      ? ""
                      : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")")));
    }
  }

  private static ApiError invalidJson(String what, String why) {
    return ApiError.of(400, "invalid_json", what + " is not valid JSON: " + why + ".");
  }
}
