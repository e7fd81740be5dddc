package io.streamweir.gateway.stats;

import io.streamweir.schemas.TokenChunk;
import java.util.concurrent.TimeUnit;

/**
 * Measures what everything but the engine adds to the latency of one stream: to the first token,
 * the time from the HTTP request to the first byte less the engine's own time; to every later
 * chunk, the interval between writes less the interval between the engine's steps. Engine times are
 * compared only with each other, so clocks of different machines do not matter.
 */
public final class StreamTimer {

  private static final String DISCONNECTED = "disconnected";

  private final GatewayStats stats;
  private final LatencyHistogram firstToken;
  private final LatencyHistogram betweenTokens;
  private final boolean enabled;
  private final long receivedAt;
  private boolean begun;
  private long previousWrite;
  private long previousEmittedUs;

  StreamTimer(
      GatewayStats stats,
      LatencyHistogram firstToken,
      LatencyHistogram betweenTokens,
      boolean enabled,
      long receivedAt) {
    this.stats = stats;
    this.firstToken = firstToken;
    this.betweenTokens = betweenTokens;
    this.enabled = enabled;
    this.receivedAt = receivedAt;
  }

  /**
   * @param now {@link System#nanoTime} after the chunk was written to the client
   */
  public void written(long now, TokenChunk chunk) {
    if (!begun) {
      begun = true;
      stats.began(now - receivedAt);
    }
    if (!enabled || chunk.getTokenIds().isEmpty() || chunk.getEngineSubmittedAtUs() == 0) {
      return;
    }
    var emitted = chunk.getEngineEmittedAtUs();
    if (previousEmittedUs == 0) {
      var engine = TimeUnit.MICROSECONDS.toNanos(emitted - chunk.getEngineSubmittedAtUs());
      firstToken.record(now - receivedAt - engine);
    } else {
      var engine = TimeUnit.MICROSECONDS.toNanos(emitted - previousEmittedUs);
      betweenTokens.record(now - previousWrite - engine);
    }
    previousWrite = now;
    previousEmittedUs = emitted;
  }

  /** The stream has come to its end. */
  public void ended(TokenChunk last) {
    stats.streamEnded(last.getFinishReason(), last.getUsage());
  }

  /** Nobody wants to hear the end of the stream. */
  public void disconnected() {
    stats.streamEnded(DISCONNECTED, null);
  }
}
