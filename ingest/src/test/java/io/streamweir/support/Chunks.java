package io.streamweir.support;

import io.streamweir.schemas.ChunkKind;
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
        .setTextOffset(length(index));
  }

  /** The end of a completion of that many tokens. */
  public static TokenChunk.Builder last(RequestKey key, int tokens, String finishReason) {
    return TokenChunk.newBuilder()
        .setTenant(key.tenant())
        .setRequestId(key.requestId())
        .setIncarnation(1)
        .setFirstIndex(tokens)
        .setTextOffset(length(tokens))
        .setFinishReason(finishReason)
        .setUsage(TokenUsage.newBuilder().setPromptTokens(7).setCompletionTokens(tokens).build());
  }

  /** Says that the stream starts over. */
  public static TokenChunk.Builder reset(RequestKey key) {
    return TokenChunk.newBuilder()
        .setTenant(key.tenant())
        .setRequestId(key.requestId())
        .setIncarnation(1)
        .setKind(ChunkKind.RESET);
  }

  /** The text of the first so many tokens. */
  public static String text(int tokens) {
    var text = new StringBuilder();
    for (var index = 0; index < tokens; index++) {
      text.append(index).append(' ');
    }
    return text.toString();
  }

  /** Length of {@link #text}: each number below the limit has its digits and a blank. */
  private static int length(int tokens) {
    var length = 2 * tokens;
    for (var longer = 10; longer < tokens; longer *= 10) {
      length += tokens - longer;
    }
    return length;
  }
}
