package io.streamweir.gateway.keys;

import io.streamweir.client.keys.KeyDigest;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.ApiKey;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The API keys, found by their digests. Keys themselves are never kept, logged or told.
 * Thread-safe.
 */
public final class ApiKeys {

  private static final String BEARER = "Bearer ";

  private final InstantSource clock;

  /** Null until the keys are known. */
  private volatile Map<String, ApiKey> byDigest;

  public ApiKeys(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on these are the keys. */
  public void replace(Collection<ApiKey> keys) {
    byDigest =
        keys.stream()
            .collect(Collectors.toMap(ApiKey::getSha256, Function.identity(), (one, same) -> one));
  }

  /**
   * Who holds a key.
   *
   * @param authorization the header of that name; null if there is none
   * @param apiKey the header x-api-key; null if there is none
   * @throws ApiException with status 401 if there is no valid key, with 403 if it may not be used
   *     for this, with 503 if the keys are not known yet
   */
  public Caller caller(String authorization, String apiKey, Scope scope) {
    var given = apiKey != null ? apiKey : bearer(authorization);
    if (given == null) {
      throw unauthenticated("No API key was given; send it as 'Authorization: Bearer KEY'.");
    }
    var known = byDigest;
    if (known == null) {
      throw new ApiException(
          ApiError.unavailable("not_ready", "The gateway has not read the API keys yet."));
    }
    var digest = KeyDigest.of(given);
    var key = known.get(digest);
    if (!isValid(key)) {
      throw unauthenticated("The API key is unknown, disabled or expired.");
    }
    if (!mayUse(key.getScopes(), scope)) {
      throw new ApiException(
          ApiError.of(
              403,
              "scope_missing",
              "API key '" + key.getName() + "' lacks the scope that this route needs."));
    }
    return new Caller(
        key.getTenant(),
        Optional.ofNullable(key.getModels()).map(Set::copyOf),
        Optional.of(new Caller.Key(key.getName(), digest)));
  }

  /** Whether a key that was valid is so still. */
  public boolean isValid(Caller.Key key) {
    return isValid(byDigest.get(key.digest()));
  }

  private boolean isValid(ApiKey key) {
    return key != null
        && !key.getDisabled()
        && (key.getExpiresAtMs() == null || clock.millis() < key.getExpiresAtMs());
  }

  /** A scope that a key has and this program does not know allows nothing. */
  private static boolean mayUse(List<String> scopes, Scope scope) {
    return scopes == null || scopes.contains(scope.name().toLowerCase(Locale.ROOT));
  }

  private static String bearer(String authorization) {
    var isBearer =
        authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return isBearer ? authorization.substring(BEARER.length()).strip() : null;
  }

  private static ApiException unauthenticated(String why) {
    return new ApiException(ApiError.of(401, "invalid_api_key", why));
  }
}
