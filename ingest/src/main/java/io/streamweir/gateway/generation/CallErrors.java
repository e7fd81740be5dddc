package io.streamweir.gateway.generation;

import io.streamweir.client.AlreadyFollowedException;
import io.streamweir.client.BrokenStreamException;
import io.streamweir.client.ClientOverloadedException;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.NotDeliveredException;
import io.streamweir.client.RegisterFullException;
import io.streamweir.client.RequestTooLargeException;
import io.streamweir.client.StreamGoneException;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.ErrorInfo;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.quota.Refusals;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** What went wrong behind the gateway, in the terms of its clients. */
public final class CallErrors {

  private CallErrors() {}

  public static ApiError of(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return of(failure.getCause());
    }
    if (failure instanceof ApiException known) {
      return known.error();
    }
    var message = String.valueOf(failure.getMessage());
    if (failure instanceof RequestTooLargeException) {
      return ApiError.of(413, "prompt_too_large", message);
    }
    if (failure instanceof AlreadyFollowedException) {
      return new ApiError(409, "duplicate_request_id", message, "request_id");
    }
    if (failure instanceof RegisterFullException) {
      return new ApiError(429, "too_many_idempotency_keys", message, "Idempotency-Key");
    }
    if (failure instanceof ClientOverloadedException
        || failure instanceof NotDeliveredException
        || failure instanceof ClusterUnavailableException) {
      return ApiError.unavailable("overloaded", message);
    }
    if (failure instanceof StreamGoneException) {
      return ApiError.of(410, "stream_gone", message);
    }
    if (failure instanceof BrokenStreamException) {
      return ApiError.of(500, "stream_broken", message);
    }
    return ApiError.of(500, "internal_error", message);
  }

  /** Of a request under the idempotency key of another one. */
  public static ApiError idempotencyKeyReused() {
    return new ApiError(
        422,
        "idempotency_key_reused",
        "A request with this Idempotency-Key and another body was sent before. Use a new key for a"
            + " new request.",
        "Idempotency-Key");
  }

  /** The error of a last chunk; null if the request completed. */
  public static ApiError of(TokenChunk last) {
    var error = last.getError();
    if (error != null) {
      return new ApiError(
          error.getHttpStatus(),
          error.getCode(),
          error.getMessage(),
          param(error),
          retryAfter(error));
    }
    return switch (last.getFinishReason()) {
      case "cancelled" -> ApiError.of(499, "cancelled", "The request was cancelled.");
      case "expired" -> ApiError.of(408, "deadline_expired", "The request's deadline has passed.");
      case "error" ->
          ApiError.of(500, "engine_error", "The request failed without a reason given.");
      default -> null;
    };
  }

  /**
   * The same, for a client that would get it again.
   *
   * @param onceRefused what to do instead of sending the request again, if it was refused for its
   *     quota; null if it may be sent again as it is
   */
  static ApiError of(TokenChunk last, String onceRefused) {
    var error = of(last);
    return error == null || onceRefused == null || !error.code().equals(Refusals.CODE)
        ? error
        : new ApiError(
            error.status(),
            error.code(),
            error.message() + " " + onceRefused,
            error.param(),
            ApiError.NEVER);
  }

  private static Duration retryAfter(ErrorInfo error) {
    return error.getRetryAfterMs() == null ? null : Duration.ofMillis(error.getRetryAfterMs());
  }

  private static String param(ErrorInfo error) {
    return error.getCode().equals("model_not_found") ? "model" : null;
  }
}
