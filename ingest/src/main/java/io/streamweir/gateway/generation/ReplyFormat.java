package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import java.util.List;

/**
 * How a protocol words the answer to one request. The stream methods return server-sent events as
 * they go over the wire, blank lines included. Choices are numbered from 0.
 */
public interface ReplyFormat {

  /** Sees each chunk of a stream before it is worded, also those that nothing is sent for. */
  default void see(int choice, TokenChunk chunk) {}

  /**
   * What stands before the first text of a choice.
   *
   * @param first the chunk that the choice begins with
   */
  String open(int choice, TokenChunk first);

  /**
   * @param chunk with text, or with log-probabilities
   */
  String delta(int choice, TokenChunk chunk);

  /** The end of a choice, which completed. */
  String finish(int choice, TokenChunk last);

  /**
   * The end of a stream whose choices have all ended.
   *
   * @param usage of all choices; null if the log does not tell
   */
  String close(TokenUsage usage);

  /** The end of a stream that fails after it has begun. */
  String failure(ApiError error);

  /** What an open stream without tokens gets now and then. */
  default String keepAlive() {
    return ": keep-alive\n\n";
  }

  /**
   * The whole answer as a body.
   *
   * @param choices in order
   * @param usage of all choices; null if the log does not tell
   */
  String whole(List<Completion> choices, TokenUsage usage);

  /** A refusal as a body. */
  String refusal(ApiError error);
}
