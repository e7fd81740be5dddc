package io.streamweir.inference.operator;

import io.streamweir.engine.EngineError;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.schemas.ErrorInfo;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenChunk;

/**
 * How a request ended, in the words of the wire.
 *
 * @param error null if it completed
 */
record Outcome(ResultStatus status, String finishReason, ErrorInfo error) {

  private static final String TOOL_CALLS = "tool_calls";

  /** What the engine said of a sequence that it has finished. */
  static Outcome of(SequenceOutput output, long deadlineMillis, String cancelReason) {
    return switch (output.finishReason()) {
      case STOP ->
          completed(
              output.reading() != null && output.reading().callsTools()
                  ? TOOL_CALLS
                  : output.finishReason().label());
      case LENGTH -> completed(output.finishReason().label());
      case CANCELLED -> cancelled(cancelReason);
      case EXPIRED -> expired(deadlineMillis);
      case ERROR -> error(output.error());
    };
  }

  private static Outcome completed(String finishReason) {
    return new Outcome(ResultStatus.COMPLETED, finishReason, null);
  }

  /** How a predecessor ended a request, by the last chunk of its stream. */
  static Outcome of(TokenChunk last) {
    var status =
        switch (last.getFinishReason()) {
          case "stop", TOOL_CALLS, "length" -> ResultStatus.COMPLETED;
          case "cancelled" -> ResultStatus.CANCELLED;
          case "expired" -> ResultStatus.EXPIRED;
          default -> ResultStatus.ERROR;
        };
    return new Outcome(status, last.getFinishReason(), last.getError());
  }

  static Outcome cancelled(String reason) {
    var message = "The request was cancelled" + (reason == null ? "." : ": " + reason);
    return ended(ResultStatus.CANCELLED, FinishReason.CANCELLED, "cancelled", 499, message);
  }

  static Outcome expired(long deadlineMillis) {
    return ended(
        ResultStatus.EXPIRED,
        FinishReason.EXPIRED,
        "deadline_expired",
        408,
        "The request did not end before its deadline ("
            + deadlineMillis
            + " ms since the epoch). Give it more time, or add replicas.");
  }

  /** The request is taken for the reason why engines failed. */
  static Outcome poison(int failures, Throwable cause) {
    return engineError(
        "The engine failed "
            + failures
            + " times while it worked on this request, the last time with "
            + cause
            + ". The log of the TaskManager has the stack traces.");
  }

  static Outcome invalidRequest(String message) {
    return ended(ResultStatus.ERROR, FinishReason.ERROR, "invalid_request", 400, message);
  }

  static Outcome engineError(String message) {
    return ended(ResultStatus.ERROR, FinishReason.ERROR, "engine_error", 500, message);
  }

  private static Outcome error(EngineError error) {
    return switch (error.code()) {
      case "context_length_exceeded", "engine_numeric_error" ->
          error(error.code(), error.code().startsWith("engine") ? 500 : 400, error);
      case "no_token_allowed" -> error(error.code(), 400, error);
      case "empty_prompt" -> error("prompt_empty", 400, error);
      case "invalid_token_id", "invalid_sampling" -> error("invalid_request", 400, error);
      default -> engineError(error.code() + ": " + error.message());
    };
  }

  private static Outcome error(String code, int httpStatus, EngineError error) {
    return ended(ResultStatus.ERROR, FinishReason.ERROR, code, httpStatus, error.message());
  }

  private static Outcome ended(
      ResultStatus status, FinishReason reason, String code, int httpStatus, String message) {
    return new Outcome(status, reason.label(), new ErrorInfo(code, httpStatus, message, null));
  }
}
