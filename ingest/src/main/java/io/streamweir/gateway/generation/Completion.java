package io.streamweir.gateway.generation;

import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import java.util.List;

/**
 * One choice of an answer, complete.
 *
 * @param logprobs one for each token if they were asked for, else empty
 * @param last its last chunk: why it ended, who wrote it
 */
public record Completion(String text, List<TokenLogprob> logprobs, TokenChunk last) {

  /** stop or length. */
  public String finishReason() {
    return last.getFinishReason();
  }
}
