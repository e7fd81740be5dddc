package io.streamweir.gateway.generation;

import io.streamweir.client.StreamPlace;
import io.streamweir.client.StreamweirClient;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/** The stream of a request that was sent before, by this gateway or another. */
public final class RecordedStream implements TokenSource {

  private final StreamweirClient client;
  private final RequestKey key;
  private final StreamPlace place;
  private final StreamPosition from;
  private InferenceRequest again;
  private CompletionStage<?> sent = CompletableFuture.completedFuture(null);

  private RecordedStream(
      StreamweirClient client,
      RequestKey key,
      StreamPlace place,
      StreamPosition from,
      InferenceRequest again) {
    this.client = client;
    this.key = key;
    this.place = place;
    this.from = from;
    this.again = again;
  }

  /**
   * @param place where the log has it
   * @param from what the client has of it already
   */
  public static RecordedStream of(
      StreamweirClient client, RequestKey key, StreamPlace place, StreamPosition from) {
    return new RecordedStream(client, key, place, from, null);
  }

  /**
   * The same, of a request that is at hand. Whoever was first to claim it may have died before it
   * sent it: if the log has nothing of the stream, it is sent again, and the router drops it if it
   * has it.
   */
  public static RecordedStream sendingAgain(
      StreamweirClient client, InferenceRequest request, StreamPlace place, StreamPosition from) {
    var key = new RequestKey(request.getTenant(), request.getRequestId());
    return new RecordedStream(client, key, place, from, request);
  }

  @Override
  public RequestKey key() {
    return key;
  }

  @Override
  public Flow.Publisher<TokenChunk> open(Executor executor) {
    var tokens =
        client.replay(key, place, from.tokens(), from.characters(), from.deltas(), executor);
    if (again != null) {
      var request = again;
      again = null;
      sent = tokens.caughtUp().thenCompose(read -> sendUnless(tokens.begun(), request));
    }
    return tokens;
  }

  @Override
  public CompletionStage<?> send() {
    return sent;
  }

  private CompletionStage<?> sendUnless(boolean begun, InferenceRequest request) {
    return begun ? CompletableFuture.completedFuture(null) : client.produce(request);
  }
}
