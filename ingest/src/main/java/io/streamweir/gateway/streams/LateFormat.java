package io.streamweir.gateway.streams;

import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.generation.StreamPosition;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import java.util.List;
import java.util.function.Function;

/** Words an answer of which the names are known only when its first chunk is there. */
public final class LateFormat implements ReplyFormat {

  private final Function<TokenChunk, Head> head;
  private final Function<Head, ReplyFormat> protocol;
  private ReplyFormat known;
  private StreamPosition resumed;

  /**
   * @param head what the answer is named by, from any of its chunks
   */
  public LateFormat(Function<TokenChunk, Head> head, Function<Head, ReplyFormat> protocol) {
    this.head = head;
    this.protocol = protocol;
  }

  @Override
  public void see(int choice, TokenChunk chunk) {
    of(chunk).see(choice, chunk);
  }

  @Override
  public String open(int choice, TokenChunk first) {
    return of(first).open(choice, first);
  }

  @Override
  public String delta(int choice, TokenChunk chunk) {
    return of(chunk).delta(choice, chunk);
  }

  @Override
  public boolean wordsDeltas() {
    return nameless().wordsDeltas();
  }

  @Override
  public String delta(int choice, AnswerDelta delta, TokenChunk chunk) {
    return of(chunk).delta(choice, delta, chunk);
  }

  @Override
  public String logprobs(int choice, TokenChunk chunk) {
    return of(chunk).logprobs(choice, chunk);
  }

  @Override
  public void resume(StreamPosition from) {
    resumed = from;
  }

  @Override
  public StreamPosition wordedFrom(StreamPosition had) {
    return nameless().wordedFrom(had);
  }

  @Override
  public String finish(int choice, TokenChunk last) {
    return of(last).finish(choice, last);
  }

  @Override
  public String close(TokenUsage usage) {
    return nameless().close(usage);
  }

  @Override
  public String failure(ApiError error) {
    return nameless().failure(error);
  }

  @Override
  public String keepAlive() {
    return nameless().keepAlive();
  }

  @Override
  public String whole(List<Completion> choices, TokenUsage usage) {
    return of(choices.get(0).last()).whole(choices, usage);
  }

  @Override
  public String refusal(ApiError error) {
    return nameless().refusal(error);
  }

  private ReplyFormat of(TokenChunk chunk) {
    if (known == null) {
      known = protocol.apply(head.apply(chunk));
      if (resumed != null) {
        known.resume(resumed);
      }
    }
    return known;
  }

  /** For what names nothing, before the first chunk. */
  private ReplyFormat nameless() {
    return known == null ? protocol.apply(new Head("", "", 0, false, false)) : known;
  }
}
