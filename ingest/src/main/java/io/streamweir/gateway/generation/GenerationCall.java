package io.streamweir.gateway.generation;

import io.streamweir.client.ClientException;
import io.streamweir.client.StreamweirClient;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.stats.StreamTimer;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One choice of an answer, from the event to the last byte.
 *
 * <p>It subscribes to the token stream first and sends the request then. It asks for the next chunk
 * only while the client's socket takes more, so a slow client is slow for itself alone. Everything
 * happens on the event loop of the client's connection.
 */
final class GenerationCall implements Flow.Subscriber<TokenChunk> {

  private static final Logger LOG = LoggerFactory.getLogger(GenerationCall.class);

  private static final ApiError STARTED_OVER =
      ApiError.of(
          500,
          "stream_reset",
          "Part of this stream was lost and it starts over, which an open answer cannot. Send the"
              + " request again.");

  private static final ApiError REVOKED =
      ApiError.of(
          401,
          "invalid_api_key",
          "The API key was disabled, deleted or has expired while the answer was under way.");

  private final RequestKey key;
  private final StreamweirClient client;
  private final Reply reply;
  private final CallLimits limits;
  private final Calls.Plan plan;
  private final StreamTimer timer;
  private final End onEnd;

  private Flow.Subscription subscription;
  private long lastChunk;
  private long lastWrite;
  private boolean started;
  private boolean begun;
  private boolean stalled;
  private boolean done;

  /** Told once, when nothing more will happen. */
  interface End {

    /**
     * @param completed false if the answer failed or nobody wants it any more
     */
    void ended(GenerationCall call, boolean completed);
  }

  GenerationCall(
      RequestKey key,
      StreamweirClient client,
      Reply reply,
      CallLimits limits,
      Calls.Plan plan,
      StreamTimer timer,
      End onEnd) {
    this.key = key;
    this.client = client;
    this.reply = reply;
    this.limits = limits;
    this.plan = plan;
    this.timer = timer;
    this.onEnd = onEnd;
  }

  /**
   * Subscribes, then sends.
   *
   * @param eventLoop runs on the loop that this is called on
   * @param handedOver called once, when the request need not be in memory any more
   */
  void start(TokenSource source, Executor eventLoop, long now, Runnable handedOver) {
    lastChunk = now;
    lastWrite = now;
    if (done) {
      handedOver.run();
      return;
    }
    started = true;
    try {
      source.open(eventLoop).subscribe(this);
    } catch (ClientException e) {
      handedOver.run();
      fail(CallErrors.of(e));
      return;
    }
    source
        .send()
        .whenCompleteAsync(
            (submitted, failure) -> {
              handedOver.run();
              if (failure != null) {
                fail(CallErrors.of(failure));
              }
            },
            eventLoop);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(TokenChunk chunk) {
    if (done) {
      return;
    }
    begun = true;
    lastChunk = System.nanoTime();
    try {
      take(chunk);
    } catch (ApiException e) {
      abandon(e.error());
    }
  }

  private void take(TokenChunk chunk) {
    if (chunk.getKind() == ChunkKind.RESET) {
      if (reply.startOver()) {
        subscription.request(1);
      } else {
        abandon(STARTED_OVER);
      }
    } else if (chunk.getFinishReason() == null) {
      pass(chunk);
    } else {
      finish(chunk);
    }
  }

  @Override
  public void onError(Throwable failure) {
    LOG.warn("The stream of {} failed: {}", key, failure.getMessage());
    abandon(CallErrors.of(failure));
  }

  @Override
  public void onComplete() {
    // The last chunk has ended the call.
  }

  /** The client closed its connection. */
  void disconnected() {
    if (end(false)) {
      LOG.debug("The client of {} went away", key);
      timer.disconnected();
      cancel("The client disconnected.");
    }
  }

  /** Ends the call with an error because of something outside of it. */
  void abandon(ApiError error) {
    if (end(false)) {
      reply.fail(error);
      cancel(error.message());
    }
  }

  /**
   * Ends the call without a word, because another choice has ended the answer; nobody can fetch
   * this one later.
   */
  void dismiss() {
    if (end(false) && started) {
      cancelAnyway("The answer that it was a choice of has ended without it.");
    }
  }

  /** What was generated is billed, whoever asked for it. */
  void endIfRevoked() {
    if (!done && plan.permit().revoked().getAsBoolean() && end(false)) {
      LOG.info("The API key under which {} ran is void", key);
      reply.fail(REVOKED);
      if (plan.permit().cancels()) {
        cancelAnyway("The API key is void.");
      }
    }
  }

  /** Looks whether something has taken too long; called about once a second. */
  void tick(long now) {
    var silent = now - lastChunk;
    if (stalled) {
      if (now - lastWrite > limits.stalledClient().toNanos() && end(false)) {
        LOG.info("The client of {} reads nothing; its connection is closed", key);
        reply.sever();
        cancel("The client reads nothing.");
      }
    } else if (!begun && silent > limits.firstChunk().toNanos()) {
      abandon(timeout("No token within ", limits.firstChunk().toSeconds(), "first-token.timeout"));
    } else if (begun && silent > limits.betweenChunks().toNanos()) {
      abandon(timeout("No token for ", limits.betweenChunks().toSeconds(), "next-token.timeout"));
    } else if (now - lastWrite > limits.keepAlive().toNanos()) {
      lastWrite = now;
      reply.keepAlive();
    }
  }

  private void pass(TokenChunk chunk) {
    send(chunk);
    if (reply.writable()) {
      subscription.request(1);
    } else {
      stalled = true;
      reply.whenWritable(this::resume);
    }
  }

  private void resume() {
    stalled = false;
    lastChunk = System.nanoTime();
    if (!done) {
      subscription.request(1);
    }
  }

  private void finish(TokenChunk last) {
    var error = CallErrors.of(last, plan.onceRefused());
    if (error == null) {
      send(last);
    }
    stop();
    timer.ended(last);
    // Before the client has the end of its answer, for it may send the next request then.
    onEnd.ended(this, error == null);
    if (error == null) {
      reply.finish(last);
    } else {
      reply.fail(error);
    }
  }

  private void send(TokenChunk chunk) {
    if (reply.chunk(chunk)) {
      lastWrite = System.nanoTime();
      timer.written(lastWrite, chunk);
    }
  }

  private void fail(ApiError error) {
    if (end(false)) {
      reply.fail(error);
    }
  }

  private boolean end(boolean completed) {
    if (done) {
      return false;
    }
    stop();
    onEnd.ended(this, completed);
    return true;
  }

  private void stop() {
    done = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private void cancel(String reason) {
    if (plan.cancels()) {
      cancelAnyway(reason);
    }
  }

  private void cancelAnyway(String reason) {
    client
        .cancel(key, reason)
        .whenComplete(
            (acknowledged, failure) -> {
              if (failure != null) {
                LOG.warn("{} could not be cancelled", key, failure);
              }
            });
  }

  private static ApiError timeout(String what, long seconds, String setting) {
    return ApiError.of(
        504,
        "timeout",
        what + seconds + " s (" + setting + "). The deployment is overloaded or has failed.");
  }
}
