package io.streamweir.gateway.generation;

import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import java.util.List;

/**
 * One choice of an answer, complete.
 *
 * @param text as the model wrote it
 * @param answer the text taken apart; null if it was not, then the text is the content
 * @param logprobs one for each token if they were asked for, else empty
 * @param last its last chunk: why it ended, who wrote it
 */
public record Completion(
    String text, ChatAnswer answer, List<TokenLogprob> logprobs, TokenChunk last) {

  /** Of an answer that is text. */
  public Completion(String text, List<TokenLogprob> logprobs, TokenChunk last) {
    this(text, null, logprobs, last);
  }

  /** stop, tool_calls or length. */
  public String finishReason() {
    return last.getFinishReason();
  }
}
