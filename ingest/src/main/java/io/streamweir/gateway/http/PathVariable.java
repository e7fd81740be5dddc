package io.streamweir.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The part of a path that names something. */
public final class PathVariable {

  private PathVariable() {}

  /**
   * What stands behind a prefix of the path.
   *
   * @throws ApiException if it is not percent-encoded as it should be
   */
  public static String of(HttpServerRequest request, String prefix) {
    return of(request, prefix, "");
  }

  /**
   * What stands between a prefix and a suffix of the path.
   *
   * @throws ApiException if it is not percent-encoded as it should be
   */
  public static String of(HttpServerRequest request, String prefix, String suffix) {
    var path = request.path();
    var encoded = path.substring(prefix.length(), path.length() - suffix.length());
    try {
      // The decoder is for forms, where a plus is a blank; in a path it is a plus.
      return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ApiError.of(
              400,
              "invalid_request",
              "The path has '" + encoded + "', which is not percent-encoded text."));
    }
  }
}
