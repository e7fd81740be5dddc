package io.streamweir.gateway.generation;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/** Where the tokens of one choice come from: a request that is yet to be sent, or the log. */
public interface TokenSource {

  RequestKey key();

  /**
   * The stream; registered when this returns, so that nothing is missed of what {@link #send} asks
   * for.
   *
   * @param executor runs the subscriber's methods, one at a time
   */
  Flow.Publisher<TokenChunk> open(Executor executor);

  /**
   * Sends what is to be sent, and forgets it: a prompt may be large, and a call may take long.
   *
   * @return completes when Kafka has it, or it turns out that there is nothing to send
   */
  CompletionStage<?> send();
}
