package io.streamweir.local.demo;

import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Measures one token stream where it arrives. Its fields are written by one thread at a time, and
 * read once the stream has ended.
 */
final class StreamMeter implements Flow.Subscriber<TokenChunk> {

  private final long sentAt;
  private final Consumer<String> onText;
  private final Runnable onEnd;
  private long firstAt;
  private long lastAt;
  private int firstTokens;
  private int tokens;

  /**
   * @param sentAt {@link System#nanoTime} when the request was handed to the client
   * @param onText gets each piece of text
   * @param onEnd runs when the stream has ended, in whatever way
   */
  StreamMeter(long sentAt, Consumer<String> onText, Runnable onEnd) {
    this.sentAt = sentAt;
    this.onText = onText;
    this.onEnd = onEnd;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(TokenChunk chunk) {
    var count = chunk.getTokenIds().size();
    if (chunk.getKind() == ChunkKind.TOKENS && count > 0) {
      lastAt = System.nanoTime();
      if (tokens == 0) {
        firstAt = lastAt;
        firstTokens = count;
      }
      tokens += count;
    }
    onText.accept(chunk.getText());
  }

  @Override
  public void onError(Throwable failure) {
    onEnd.run();
  }

  @Override
  public void onComplete() {
    onEnd.run();
  }

  /** From sending to the arrival of the first token; empty if none came. */
  Optional<Duration> timeToFirstToken() {
    return tokens == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(firstAt - sentAt));
  }

  /** Time per token after the first chunk; empty if all came in one. */
  Optional<Duration> timePerToken() {
    return tokens == firstTokens
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((lastAt - firstAt) / (tokens - firstTokens)));
  }
}
