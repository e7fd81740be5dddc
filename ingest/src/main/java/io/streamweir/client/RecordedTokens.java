package io.streamweir.client;

import io.streamweir.schemas.TokenChunk;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The stream of a request that was sent before, read from the log and then as it grows. */
public interface RecordedTokens extends Flow.Publisher<TokenChunk> {

  /**
   * Completes when the subscriber has been given everything that the log held when the reading
   * began. A subscriber that has nothing by then reads a stream that has not begun. Exceptionally
   * if the stream fails or the subscriber cancels before.
   */
  CompletionStage<Void> caughtUp();

  /** Whether the log had anything of the stream so far. */
  boolean begun();
}
