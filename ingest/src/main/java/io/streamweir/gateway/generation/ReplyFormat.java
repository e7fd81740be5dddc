package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenUsage;

/**
 * How a protocol words the answer to one request. The stream methods return server-sent events as
 * they go over the wire, blank lines included.
 */
public interface ReplyFormat {

  /** What stands before the first text. */
  String open();

  /**
   * @param text never empty
   */
  String delta(String text);

  /**
   * The end of a stream.
   *
   * @param finishReason stop or length
   * @param usage null if the log does not tell
   */
  String close(String finishReason, TokenUsage usage);

  /** The end of a stream that fails after it has begun. */
  String failure(ApiError error);

  /** The whole answer as a body. */
  String whole(String text, String finishReason, TokenUsage usage);

  /** A refusal as a body. */
  String refusal(ApiError error);
}
