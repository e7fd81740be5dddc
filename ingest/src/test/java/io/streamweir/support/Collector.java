package io.streamweir.support;

import io.streamweir.schemas.TokenChunk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** A subscriber that keeps what it gets, and asks for as much as it is told to. */
public final class Collector implements Flow.Subscriber<TokenChunk> {

  private final List<TokenChunk> chunks = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final long initialDemand;
  private Flow.Subscription subscription;

  private Collector(long initialDemand) {
    this.initialDemand = initialDemand;
  }

  public static Collector eager() {
    return new Collector(Long.MAX_VALUE);
  }

  public static Collector patient() {
    return new Collector(0);
  }

  public void request(long n) {
    subscription.request(n);
  }

  public void cancel() {
    subscription.cancel();
  }

  public List<TokenChunk> chunks() {
    synchronized (chunks) {
      return List.copyOf(chunks);
    }
  }

  public String text() {
    var text = new StringBuilder();
    chunks().forEach(chunk -> text.append(chunk.getText()));
    return text.toString();
  }

  public boolean ended() {
    return end.isDone();
  }

  /** Waits for the end of the stream; throws what it failed with. */
  public Collector await() throws Exception {
    Await.result(end);
    return this;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (initialDemand > 0) {
      given.request(initialDemand);
    }
  }

  @Override
  public void onNext(TokenChunk chunk) {
    chunks.add(chunk);
  }

  @Override
  public void onError(Throwable cause) {
    end.completeExceptionally(cause);
  }

  @Override
  public void onComplete() {
    end.complete(null);
  }
}
