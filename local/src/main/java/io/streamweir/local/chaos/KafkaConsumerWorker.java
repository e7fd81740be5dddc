package io.streamweir.local.chaos;

import io.streamweir.client.ClientException;
import io.streamweir.client.StreamweirClient;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.TokenChunk;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Produces to Kafka by the client library, and follows the stream there. */
final class KafkaConsumerWorker implements Load.Worker {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int MOST_ATTEMPTS = 20;

  private final StreamweirClient client;
  private final LoadRecords records;
  private final boolean offline;

  KafkaConsumerWorker(StreamweirClient client, LoadRecords records, boolean offline) {
    this.client = client;
    this.records = records;
    this.offline = offline;
  }

  @Override
  public void once(Random random) throws InterruptedException {
    var request = request(random);
    var key = new RequestKey(request.getTenant(), request.getRequestId());
    var reader = new Reader();
    records.sending();
    client.follow(key).subscribe(reader);
    var consumer = offline ? "kafka offline" : "kafka online";
    if (!produce(request)) {
      reader.subscription.cancel();
      records.saw(new Observation(consumer, null, "", false, "never acknowledged"));
      return;
    }
    String failure = null;
    try {
      reader.ended.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      failure = e.getCause().toString();
    } catch (TimeoutException e) {
      failure = "no end of the stream within " + PATIENCE;
      reader.subscription.cancel();
    }
    records.saw(new Observation(consumer, key, reader.text(), failure == null, failure));
  }

  /** What Kafka did not acknowledge is sent again: the same request, so a duplicate is dropped. */
  private boolean produce(InferenceRequest request) throws InterruptedException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try {
        client.produce(request).toCompletableFuture().get();
        return true;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof ClientException)) {
          throw new IllegalStateException("A request cannot be sent", e.getCause());
        }
      }
    }
    return false;
  }

  private InferenceRequest request(Random random) {
    return InferenceRequest.newBuilder()
        .setTenant(ChaosRun.TENANT)
        .setRequestId("chaos-" + UUID.randomUUID())
        .setModel(ChaosStack.MODEL)
        .setMessages(
            List.of(
                ChatMessage.newBuilder()
                    .setRole("user")
                    .setContent("where is my order " + random.nextInt(1_000_000) + "?")
                    .build()))
        .setSampling(
            SamplingParams.newBuilder()
                .setTemperature(1.0)
                .setMaxTokens(ChaosRun.tokens(random))
                .setIgnoreEos(true)
                .build())
        .setOffline(offline)
        .build();
  }

  private static final class Reader implements Flow.Subscriber<TokenChunk> {

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private volatile Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(TokenChunk chunk) {
      if (chunk.getKind() == ChunkKind.RESET) {
        text.setLength(0);
      }
      text.append(chunk.getText());
    }

    @Override
    public void onError(Throwable failure) {
      ended.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      ended.complete(null);
    }

    synchronized String text() {
      return text.toString();
    }
  }
}
