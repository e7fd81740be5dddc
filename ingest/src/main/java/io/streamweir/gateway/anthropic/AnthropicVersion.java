package io.streamweir.gateway.anthropic;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/** The header that names the version of the protocol. */
public final class AnthropicVersion {

  private static final String HEADER = "anthropic-version";
  private static final String OLDEST = "2023-06-01";
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  private AnthropicVersion() {}

  /**
   * What clients of later versions ask for is answered in the same form.
   *
   * @throws ApiException if it is missing, or none
   */
  public static void check(HttpServerRequest request) {
    var version = request.getHeader(HEADER);
    if (version == null || !DATE.matcher(version).matches() || version.compareTo(OLDEST) < 0) {
      throw new ApiException(
          ApiError.invalid(
              HEADER,
              "Header "
                  + HEADER
                  + " is "
                  + (version == null ? "missing" : "'" + version + "'")
                  + ", but must be a date, "
                  + OLDEST
                  + " or later."));
    }
  }
}
