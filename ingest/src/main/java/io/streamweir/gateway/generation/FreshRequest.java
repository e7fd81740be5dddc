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
  private InferenceRequest request;

  public FreshRequest(StreamweirClient client, InferenceRequest request) {
    this.client = client;
    this.key = new RequestKey(request.getTenant(), request.getRequestId());
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
    var sent = client.produce(request);
    request = null;
    return sent;
  }
}
