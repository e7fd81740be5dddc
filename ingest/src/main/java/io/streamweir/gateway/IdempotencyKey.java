package io.streamweir.gateway;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header by which a client says that two requests are the same one. */
final class IdempotencyKey {

  private static final String HEADER = "Idempotency-Key";
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private IdempotencyKey() {}

  /**
   * @throws ApiException if the header is there, but is no key
   */
  static Optional<String> of(HttpServerRequest request) {
    var key = request.getHeader(HEADER);
    if (key != null && !FORM.matcher(key).matches()) {
      throw new ApiException(
          ApiError.invalid(
              HEADER,
              "Header Idempotency-Key must be 1 to 255 printable ASCII characters without blanks."));
    }
    return Optional.ofNullable(key);
  }
}
