package io.streamweir.local.requests;

import io.streamweir.client.StreamweirClient;
import io.streamweir.client.Submitted;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.InferenceRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Sends requests as fast as Kafka acknowledges them, with a bounded number on the way. */
public final class RequestSender {

  private static final int MOST_UNACKNOWLEDGED = 256;

  private final StreamweirClient client;
  private final Semaphore permits = new Semaphore(MOST_UNACKNOWLEDGED);

  public RequestSender(StreamweirClient client) {
    this.client = client;
  }

  /**
   * Sends one; blocks while too many wait for their acknowledgement.
   *
   * @return completes when it is acknowledged
   */
  public CompletableFuture<Submitted> send(InferenceRequest request) {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted while sending " + request.getRequestId(), e);
    }
    return client
        .produce(request)
        .whenComplete((submitted, failure) -> permits.release())
        .toCompletableFuture();
  }
}
