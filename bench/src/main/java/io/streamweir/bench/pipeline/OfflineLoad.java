package io.streamweir.bench.pipeline;

import io.streamweir.client.StreamweirClient;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.SamplingParams;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps the offline lane saturated: a fixed number of requests is outstanding until it is stopped.
 */
final class OfflineLoad {

  private final StreamweirClient client;
  private final String model;
  private final List<String> prompts;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Phaser outstanding = new Phaser(1);
  private volatile boolean stopping;

  OfflineLoad(StreamweirClient client, String model, List<String> prompts) {
    this.client = client;
    this.model = model;
    this.prompts = prompts;
  }

  void start(int requests) {
    for (int i = 0; i < requests; i++) {
      sendNext();
    }
  }

  /** Sends no more and returns once every request has its result. */
  void stop() {
    stopping = true;
    outstanding.arriveAndAwaitAdvance();
    if (failed.get() > 0) {
      throw new IllegalStateException(failed.get() + " offline requests did not complete");
    }
  }

  /** Completion tokens of the results so far. */
  long tokens() {
    return tokens.get();
  }

  private void sendNext() {
    if (stopping) {
      return;
    }
    outstanding.register();
    var prompt = prompts.get((int) (sent.getAndIncrement() % prompts.size()));
    client
        .produce(request(prompt))
        .thenCompose(client::result)
        .whenComplete(
            (result, failure) -> {
              count(result, failure);
              sendNext();
              outstanding.arriveAndDeregister();
            });
  }

  private void count(InferenceResult result, Throwable failure) {
    if (failure != null || result.getStatus() != ResultStatus.COMPLETED) {
      failed.incrementAndGet();
    } else {
      tokens.addAndGet(result.getUsage().getCompletionTokens());
    }
  }

  private InferenceRequest request(String prompt) {
    return InferenceRequest.newBuilder()
        .setRequestId("bench-offline-" + UUID.randomUUID())
        .setModel(model)
        .setMessages(List.of(ChatMessage.newBuilder().setRole("user").setContent(prompt).build()))
        .setSampling(SamplingParams.newBuilder().build())
        .setOffline(true)
        .build();
  }
}
