package io.streamweir.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/** Writes whole answers. */
public final class Answers {

  /** Names the request in every answer, so that a user can find it in topics and logs. */
  public static final String REQUEST_ID = "x-request-id";

  private static final int CLIENT_CLOSED_REQUEST = 499;

  private Answers() {}

  /** As {@link #text}, of JSON. */
  public static Future<Void> json(HttpServerResponse response, int status, String body) {
    return text(response, status, "application/json; charset=utf-8", body);
  }

  /**
   * Does nothing if the client is gone or was answered.
   *
   * @return completes when the body need not be in memory any more
   */
  public static Future<Void> text(
      HttpServerResponse response, int status, String contentType, String body) {
    if (response.ended() || response.closed() || response.headWritten()) {
      return Future.succeededFuture();
    }
    response.setStatusCode(status);
    if (status == CLIENT_CLOSED_REQUEST) {
      response.setStatusMessage("Request Cancelled");
    }
    return response.putHeader("Content-Type", contentType).end(body);
  }

  /**
   * Answers with an error.
   *
   * @param body the error in the form of the protocol
   */
  public static void error(HttpServerResponse response, ApiError error, String body) {
    if (response.headWritten()) {
      return;
    }
    if (error.worthARetry()) {
      response.putHeader("Retry-After", Long.toString(error.retryAfterSeconds()));
    }
    json(response, error.status(), body);
  }
}
