package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.vertx.core.http.HttpServerRequest;

/** Errors in OpenAI's form: {@code {"error": {"message", "type", "param", "code"}}}. */
public final class OpenAiErrors {

  private OpenAiErrors() {}

  public static String body(ApiError error) {
    var json = JsonNodeFactory.instance.objectNode();
    json.putObject("error")
        .put("message", error.message())
        .put("type", type(error))
        .put("param", error.param())
        .put("code", error.code());
    return json.toString();
  }

  /** Answers a request with an error. */
  public static void answer(HttpServerRequest request, ApiError error) {
    Answers.error(request.response(), error, body(error));
  }

  private static String type(ApiError error) {
    return switch (error.status()) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 408, 504 -> "timeout_error";
      case 429 -> "rate_limit_error";
      case 499 -> "cancelled_error";
      default -> error.serverSide() ? "server_error" : "invalid_request_error";
    };
  }
}
