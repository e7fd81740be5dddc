package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.AnswerDelta;
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

  /**
   * Whether an answer that is taken apart is worded delta by delta; else its text is, as the model
   * wrote it.
   */
  default boolean wordsDeltas() {
    return false;
  }

  /**
   * A piece of an answer that is taken apart, in one event or several.
   *
   * @param chunk the chunk that it is of
   */
  default String delta(int choice, AnswerDelta delta, TokenChunk chunk) {
    throw new UnsupportedOperationException("This form has no deltas");
  }

  /** The log-probabilities of tokens whose deltas went before; nothing if the form has none. */
  default String logprobs(int choice, TokenChunk chunk) {
    return "";
  }

  /**
   * The answer goes on behind what the client has of it; there is one choice then.
   *
   * @param from not the start
   */
  default void resume(StreamPosition from) {}

  /**
   * From where an answer is read and worded that goes on behind what the client has of it: from
   * there, or from the start if its events build on those before. What the client has is not sent.
   */
  default StreamPosition wordedFrom(StreamPosition had) {
    return had;
  }

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
