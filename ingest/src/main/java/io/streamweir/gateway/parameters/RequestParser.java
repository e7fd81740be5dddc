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
    var draft = table.read(tree(body));
    if (draft.sampling().getMaxTokens() == null && defaultMaxTokens > 0) {
      draft.sampling().setMaxTokens(defaultMaxTokens);
    }
    return draft.toSubmission(tenant, fallbackId, clock.millis());
  }

  private static JsonNode tree(String body) {
    try {
      var tree = JSON.readTree(body);
      if (tree.isMissingNode()) {
        throw new ApiException(invalidJson("it is empty"));
      }
      return tree;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new ApiException(
          invalidJson(
              e.getOriginalMessage()
                  + (at == null
                      ? ""
                      : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")")));
    }
  }

  private static ApiError invalidJson(String why) {
    return ApiError.of(400, "invalid_json", "The body is not valid JSON: " + why + ".");
  }
}
