package io.streamweir.gateway.http;

import io.vertx.core.http.HttpServerRequest;

/** The parameters that stand behind a path. */
public final class Query {

  private Query() {}

  /**
   * A parameter; null if the request has none of that name.
   *
   * @throws ApiException if the query is not percent-encoded as it should be
   */
  public static String parameter(HttpServerRequest request, String name) {
    try {
      return request.getParam(name);
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ApiError.of(
              400,
              "invalid_request",
              "The query is not percent-encoded text: " + e.getMessage() + "."));
    }
  }
}
