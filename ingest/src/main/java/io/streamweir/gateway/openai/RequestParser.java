package io.streamweir.gateway.openai;

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
import java.util.regex.Pattern;

/** Turns a body into what it asks for. Thread-safe. */
public final class RequestParser {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String DEFAULT_TENANT = "default";

  private final ParameterTable table;
  private final int defaultMaxTokens;
  private final InstantSource clock;

  private RequestParser(ParameterTable table, int defaultMaxTokens, InstantSource clock) {
    this.table = table;
    this.defaultMaxTokens = defaultMaxTokens;
    this.clock = clock;
  }

  /** For {@code POST /v1/chat/completions}. */
  public static RequestParser chat(InstantSource clock) {
    return new RequestParser(ChatParameters.TABLE, 0, clock);
  }

  /** For {@code POST /v1/completions}. */
  public static RequestParser completions(InstantSource clock) {
    return new RequestParser(
        CompletionParameters.TABLE, CompletionParameters.DEFAULT_MAX_TOKENS, clock);
  }

  /**
   * @param body JSON
   * @param tenant as the header says; null means the default one
   * @param fallbackId the request id, unless the body has one
   * @throws ApiException that names what is wrong
   */
  public Submission parse(String body, String tenant, String fallbackId) {
    var draft = table.read(tree(body));
    if (draft.sampling.getMaxTokens() == null && defaultMaxTokens > 0) {
      draft.sampling.setMaxTokens(defaultMaxTokens);
    }
    return draft.toSubmission(checked(tenant), fallbackId, clock.millis());
  }

  private static String checked(String tenant) {
    if (tenant == null) {
      return DEFAULT_TENANT;
    }
    if (!TENANT.matcher(tenant).matches()) {
      throw new ApiException(
          ApiError.invalid(
              "X-Weir-Tenant",
              "Header X-Weir-Tenant must be 1 to 64 letters, digits, dots, dashes or underscores."));
    }
    return tenant;
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
