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

  /** Of a request that could not be dispatched in time. */
  public static Rejection expired(long deadlineMs, long nowMs) {
    return new Rejection(
        ErrorCode.DEADLINE_EXPIRED,
        "deadline_ms is "
            + deadlineMs
            + ", which had passed "
            + (nowMs - deadlineMs)
            + " ms before the request could be dispatched. Allow more time, or check the clock of"
            + " the producer.");
  }

  ErrorInfo toErrorInfo() {
    return new ErrorInfo(code.code(), code.httpStatus(), message, retryAfterMs);
  }
}
