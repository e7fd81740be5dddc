package io.streamweir.router.outcome;

import io.streamweir.schemas.ErrorInfo;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenUsage;

/**
 * How a request ends in the router.
 *
 * @param error null if it was answered
 * @param told the counts that the caller is told; none are billed
 */
record Ending(ResultStatus status, String finishReason, ErrorInfo error, TokenUsage told) {

  static Ending refused(Rejection rejection) {
    return new Ending(
        rejection.code().status(),
        rejection.code().finishReason(),
        rejection.toErrorInfo(),
        new TokenUsage());
  }

  static Ending counted(int promptTokens) {
    var told = TokenUsage.newBuilder().setPromptTokens(promptTokens).build();
    return new Ending(ResultStatus.COMPLETED, "stop", null, told);
  }
}
