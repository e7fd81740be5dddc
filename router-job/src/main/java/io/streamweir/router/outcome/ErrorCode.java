package io.streamweir.router.outcome;

import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.quota.Refusals;

/** The reasons for which the router answers a request itself. */
public enum ErrorCode {
  INVALID_REQUEST("invalid_request", 400),
  INVALID_TEXT("invalid_text", 400),
  PROMPT_EMPTY("prompt_empty", 400),
  CONTEXT_LENGTH_EXCEEDED("context_length_exceeded", 400),
  MODEL_NOT_FOUND("model_not_found", 404),
  DEADLINE_EXPIRED("deadline_expired", 408),
  PROMPT_TOO_LARGE("prompt_too_large", 413),
  RATE_LIMIT_EXCEEDED(Refusals.CODE, 429),
  ENGINE_ERROR("engine_error", 500);

  private final String code;
  private final int httpStatus;

  ErrorCode(String code, int httpStatus) {
    this.code = code;
    this.httpStatus = httpStatus;
  }

  /** As it stands in the record. */
  public String code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** How a request that is refused for this reason ends. */
  public ResultStatus status() {
    return this == DEADLINE_EXPIRED ? ResultStatus.EXPIRED : ResultStatus.ERROR;
  }

  /** The finish reason of its last chunk and of its result. */
  public String finishReason() {
    return this == DEADLINE_EXPIRED ? "expired" : "error";
  }
}
