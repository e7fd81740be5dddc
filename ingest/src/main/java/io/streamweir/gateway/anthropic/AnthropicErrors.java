package io.streamweir.gateway.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.vertx.core.http.HttpServerRequest;

/**
 * Errors in Anthropic's form: {@code {"type": "error", "error": {"type", "message"}}}. That form
 * has no place for the parameter; the message names it.
 */
public final class AnthropicErrors {

  private AnthropicErrors() {}

  public static ObjectNode json(ApiError error) {
    var json = JsonNodeFactory.instance.objectNode().put("type", "error");
    json.putObject("error")
        .put("type", type(error))
        .put("message", error.message())
        .put("code", error.code());
    return json;
  }

  /** Answers a request with an error. */
  public static void answer(HttpServerRequest request, ApiError error) {
    Answers.error(request.response(), error, json(error).toString());
  }

  private static String type(ApiError error) {
    return switch (error.status()) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 408, 504 -> "timeout_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 503 -> "overloaded_error";
      default ->
          error.serverSide() || error.status() == 499 ? "api_error" : "invalid_request_error";
    };
  }
}
