package io.streamweir.router.outcome;

import static java.util.Objects.requireNonNull;

import io.streamweir.schemas.ErrorInfo;

/**
 * Why a request is not dispatched.
 *
 * @param message for the caller: what is wrong, the value, what is allowed
 */
public record Rejection(ErrorCode code, String message) {

  public Rejection {
    requireNonNull(code, "code is null");
    requireNonNull(message, "message is null");
  }

  ErrorInfo toErrorInfo() {
    return new ErrorInfo(code.code(), code.httpStatus(), message);
  }
}
