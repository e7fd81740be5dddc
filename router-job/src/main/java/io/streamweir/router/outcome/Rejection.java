package io.streamweir.router.outcome;

import static java.util.Objects.requireNonNull;

import io.streamweir.schemas.ErrorInfo;

/**
 * Why a request is not dispatched.
 *
 * @param message for the caller: what is wrong, the value, what is allowed
 * @param retryAfterMs after how many milliseconds the same request may be let through; null if that
 *     does not depend on time
 */
public record Rejection(ErrorCode code, String message, Long retryAfterMs) {

  public Rejection {
    requireNonNull(code, "code is null");
    requireNonNull(message, "message is null");
  }

  /** That time will not cure. */
  public Rejection(ErrorCode code, String message) {
    this(code, message, null);
  }

  ErrorInfo toErrorInfo() {
    return new ErrorInfo(code.code(), code.httpStatus(), message, retryAfterMs);
  }
}
