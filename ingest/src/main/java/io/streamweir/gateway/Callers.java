package io.streamweir.gateway;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.keys.ApiKeys;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.gateway.keys.NamedTenants;
import io.streamweir.gateway.keys.Scope;
import io.streamweir.schemas.RequestLimits;
import io.vertx.core.http.HttpServerRequest;

/** Finds out who asks: by his API key, or, where none are needed, by what he says. Thread-safe. */
final class Callers {

  private static final String TENANT_HEADER = "X-Weir-Tenant";
  private static final String DEFAULT_TENANT = "default";

  private final ApiKeys keys;
  private final NamedTenants tenants;
  private final boolean required;

  /**
   * @param tenants that may be named where no key is needed
   * @param required whether a key is needed; if not, none is looked at
   */
  Callers(ApiKeys keys, NamedTenants tenants, boolean required) {
    this.keys = keys;
    this.tenants = tenants;
    this.required = required;
  }

  /**
   * @throws ApiException if he may not, or his headers contradict each other
   */
  Caller of(HttpServerRequest request, Scope scope) {
    var tenant = request.getHeader(TENANT_HEADER);
    if (!required) {
      return Caller.anyone(tenant == null ? DEFAULT_TENANT : checked(tenant));
    }
    var caller =
        keys.caller(request.getHeader("Authorization"), request.getHeader("x-api-key"), scope);
    if (tenant != null && !tenant.equals(caller.tenant())) {
      throw new ApiException(
          new ApiError(
              403,
              "tenant_not_allowed",
              "The API key is of another tenant than header X-Weir-Tenant says; leave the header"
                  + " out.",
              TENANT_HEADER));
    }
    return caller;
  }

  /** Whether the key with which somebody came has become void. */
  boolean revoked(Caller caller) {
    return !caller.key().map(keys::isValid).orElse(true);
  }

  private String checked(String tenant) {
    if (!RequestLimits.TENANT.matcher(tenant).matches()) {
      throw new ApiException(
          ApiError.invalid(
              TENANT_HEADER,
              "Header X-Weir-Tenant must be 1 to 64 letters, digits, dots, dashes or underscores."));
    }
    if (!tenant.equals(DEFAULT_TENANT) && tenants.isOneTooMany(tenant)) {
      throw new ApiException(
          new ApiError(
              403,
              "tenant_not_allowed",
              "Tenant '"
                  + tenant
                  + "' is not set up, and as many such tenants have been named as are allowed"
                  + " (tenants.others). Set it up with './weir tenants set', or require API keys.",
              TENANT_HEADER));
    }
    return tenant;
  }
}
