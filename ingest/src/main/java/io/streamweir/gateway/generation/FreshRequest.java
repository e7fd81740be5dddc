package io.streamweir.gateway.generation;

import io.streamweir.client.StreamweirClient;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/** A request that nobody has sent yet. */
public final class FreshRequest implements TokenSource {

  private final StreamweirClient client;
  private final RequestKey key;
  private final Runnable sent;
  private InferenceRequest request;

  /**
   * @param sent called when Kafka has the request; on any thread, so it must not block
   */
  public FreshRequest(StreamweirClient client, InferenceRequest request, Runnable sent) {
    this.client = client;
    this.key = new RequestKey(request.getTenant(), request.getRequestId());
    this.sent = sent;
    this.request = request;
  }

  @Override
  public RequestKey key() {
    return key;
  }

  @Override
  public Flow.Publisher<TokenChunk> open(Executor executor) {
    return client.follow(key, executor);
  }

  @Override
  public CompletionStage<?> send() {
    var sending = client.produce(request);
    request = null;
    return sending.thenRun(sent);
  }
}
