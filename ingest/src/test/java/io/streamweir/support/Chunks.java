package io.streamweir.support;

import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.DeltaKind;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.tokens.AnswerDeltas;
import java.util.ArrayList;
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

  /**
   * A whole answer that is taken apart: it thinks, says something and calls two tools. Some of its
   * chunks have several deltas, one has none.
   */
  public static List<TokenChunk> calling(RequestKey key) {
    var pieces =
        List.of(
            piece("<think>\nHm", delta(DeltaKind.REASONING, "Hm", 0, -1, "")),
            piece(" 🙂?", delta(DeltaKind.REASONING, " 🙂?", 0, -1, "")),
            piece("\n</think>\n\nWait", delta(DeltaKind.CONTENT, "Wait", 1, -1, "")),
            piece("\n<tool_call>\n{"),
            piece(
                "\"name\": \"weather\", \"arguments\": {\"city\": ",
                delta(DeltaKind.TOOL_CALL, "weather", 2, 0, "call_first"),
                delta(DeltaKind.ARGUMENTS, "{\"city\": ", 2, 0, "")),
            piece(
                "\"Bonn\"}}\n</tool_call>\n<tool_call>{\"name\": \"ping\", \"arguments\": {}}",
                delta(DeltaKind.ARGUMENTS, "\"Bonn\"}", 2, 0, ""),
                delta(DeltaKind.TOOL_CALL, "ping", 3, 1, "call_second"),
                delta(DeltaKind.ARGUMENTS, "{}", 3, 1, "")),
            piece("\n</tool_call>"));
    var chunks = new ArrayList<TokenChunk>();
    var characters = 0;
    var size = 0;
    for (var piece : pieces) {
      chunks.add(
          TokenChunk.newBuilder(token(key, chunks.size()).build())
              .setText(piece.text)
              .setTextOffset(characters)
              .setDeltas(piece.deltas)
              .setDeltaOffset(size)
              .build());
      characters += piece.text.codePointCount(0, piece.text.length());
      size += AnswerDeltas.size(piece.deltas);
    }
    var usage =
        TokenUsage.newBuilder()
            .setPromptTokens(7)
            .setCompletionTokens(chunks.size())
            .setReasoningTokens(3);
    chunks.add(
        last(key, chunks.size(), "tool_calls")
            .setTextOffset(characters)
            .setDeltas(List.of())
            .setDeltaOffset(size)
            .setUsage(usage.build())
            .build());
    return chunks;
  }

  /**
   * The same tokens as {@link #token} gives, of an answer that is taken apart and is all content.
   */
  public static List<TokenChunk> saying(RequestKey key, int tokens) {
    var chunks = new ArrayList<TokenChunk>();
    for (var index = 0; index < tokens; index++) {
      chunks.add(
          token(key, index)
              .setDeltas(List.of(delta(DeltaKind.CONTENT, index + " ", 0, -1, "")))
              .setDeltaOffset(length(index))
              .build());
    }
    chunks.add(
        last(key, tokens, "stop").setDeltas(List.of()).setDeltaOffset(length(tokens)).build());
    return chunks;
  }

  private record Piece(String text, List<AnswerDelta> deltas) {}

  private static Piece piece(String text, AnswerDelta... deltas) {
    return new Piece(text, List.of(deltas));
  }

  private static AnswerDelta delta(DeltaKind kind, String text, int part, int call, String callId) {
    return new AnswerDelta(kind, text, part, call, callId);
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
