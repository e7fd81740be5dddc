package io.streamweir.support;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import java.util.List;

/** Token chunks as an inference job writes them: one token each, the text tells the index. */
public final class Chunks {

  private Chunks() {}

  /** Token number {@code index} with the text {@code "<index> "}. */
  public static TokenChunk.Builder token(RequestKey key, int index) {
    return TokenChunk.newBuilder()
        .setTenant(key.tenant())
        .setRequestId(key.requestId())
        .setIncarnation(1)
        .setFirstIndex(index)
        .setTokenIds(List.of(index))
        .setText(index + " ")
        .setTextOffset(text(index).length());
  }

  /** The end of a completion of that many tokens. */
  public static TokenChunk.Builder last(RequestKey key, int tokens, String finishReason) {
    return TokenChunk.newBuilder()
        .setTenant(key.tenant())
        .setRequestId(key.requestId())
        .setIncarnation(1)
        .setFirstIndex(tokens)
        .setTextOffset(text(tokens).length())
        .setFinishReason(finishReason)
        .setUsage(TokenUsage.newBuilder().setPromptTokens(7).setCompletionTokens(tokens).build());
  }

  /** The text of the first so many tokens. */
  public static String text(int tokens) {
    var text = new StringBuilder();
    for (var index = 0; index < tokens; index++) {
      text.append(index).append(' ');
    }
    return text.toString();
  }
}
