package io.streamweir.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The last part of a path, which names something. */
public final class PathVariable {

  private PathVariable() {}

  /**
   * What stands behind a prefix of the path.
   *
   * @throws ApiException if it is not percent-encoded as it should be
   */
  public static String of(HttpServerRequest request, String prefix) {
    var encoded = request.path().substring(prefix.length());
    try {
      // The decoder is for forms, where a plus is a blank; in a path it is a plus.
      return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ApiError.of(
              400,
              "invalid_request",
              "The path ends with '" + encoded + "', which is not percent-encoded text."));
    }
  }
}
