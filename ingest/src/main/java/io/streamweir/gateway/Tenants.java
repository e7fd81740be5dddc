package io.streamweir.gateway;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/** Who asks. */
final class Tenants {

  private static final String HEADER = "X-Weir-Tenant";
  private static final String DEFAULT = "default";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private Tenants() {}

  /**
   * The tenant of a request.
   *
   * @throws ApiException if the header names none
   */
  static String of(HttpServerRequest request) {
    var tenant = request.getHeader(HEADER);
    if (tenant == null) {
      return DEFAULT;
    }
    if (!NAME.matcher(tenant).matches()) {
      throw new ApiException(
          ApiError.invalid(
              HEADER,
              "Header X-Weir-Tenant must be 1 to 64 letters, digits, dots, dashes or underscores."));
    }
    return tenant;
  }
}
