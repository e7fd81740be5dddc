package io.streamweir.gateway.http;

import io.streamweir.schemas.quota.Refusals;
import java.time.Duration;

/**
 * Why a request is not answered, before any protocol gives it its form.
 *
 * @param status of HTTP
 * @param code stable and machine-readable, see docs/errors.md
 * @param message what happened, why, what to do
 * @param param the parameter at fault; null if none is
 * @param retryAfter after how long the same request may succeed; null if nobody knows, {@link
 *     #NEVER} if it cannot
 */
public record ApiError(int status, String code, String message, String param, Duration retryAfter) {

  /** The same request would get the same answer for as long as that is remembered. */
  public static final Duration NEVER = Duration.ofMillis(Long.MAX_VALUE);

  private static final int SERVER_ERRORS = 500;

  /** Of which nobody knows when it will be over. */
  public ApiError(int status, String code, String message, String param) {
    this(status, code, message, param, null);
  }

  public static ApiError of(int status, String code, String message) {
    return new ApiError(status, code, message, null);
  }

  /** Status 400: a parameter has a wrong type or value, or is missing. */
  public static ApiError invalid(String param, String message) {
    return new ApiError(400, "invalid_request", message, param);
  }

  /** Status 503: the gateway cannot take the request now. */
  public static ApiError unavailable(String code, String message) {
    return of(503, code, message);
  }

  /** The same, with a time after which the request may succeed. */
  public ApiError retryAfter(Duration time) {
    return new ApiError(status, code, message, param, time);
  }

  /** For the header Retry-After, which has no smaller unit; at least 1. */
  public long retryAfterSeconds() {
    return Refusals.wholeSeconds(retryAfter == null ? 0 : retryAfter.toMillis());
  }

  /** Whether the same request may succeed a little later. */
  public boolean worthARetry() {
    return (status == 503 || status == 429) && !NEVER.equals(retryAfter);
  }

  /** Whether the fault is on this side. */
  public boolean serverSide() {
    return status >= SERVER_ERRORS;
  }
}
