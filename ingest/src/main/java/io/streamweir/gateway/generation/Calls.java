package io.streamweir.gateway.generation;

import io.streamweir.client.StreamweirClient;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.stats.GatewayStats;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** The calls of one event loop. Used on that loop only. */
public final class Calls {

  private final Set<GenerationCall> active = new HashSet<>();
  private final Executor eventLoop;
  private final CallLimits limits;
  private final int activeLimit;
  private final GatewayStats stats;

  /**
   * @param activeLimit of the whole gateway
   */
  public Calls(Context context, CallLimits limits, int activeLimit, GatewayStats stats) {
    this.eventLoop = task -> context.runOnContext(ignored -> task.run());
    this.limits = limits;
    this.activeLimit = activeLimit;
    this.stats = stats;
  }

  /**
   * Runs a request and answers it.
   *
   * @param receivedAt {@link System#nanoTime} at which the HTTP request arrived
   * @param handedOver called once, when the submission need not be in memory any more
   */
  public void run(
      Submission submission,
      StreamweirClient client,
      HttpServerRequest request,
      ReplyFormat format,
      long receivedAt,
      Runnable handedOver) {
    request.response().putHeader(Answers.REQUEST_ID, submission.key().requestId());
    var reply =
        submission.stream() ? new StreamReply(request, format) : new WholeReply(request, format);
    if (!stats.tryBegin(activeLimit)) {
      handedOver.run();
      reply.fail(
          ApiError.unavailable(
              "overloaded",
              "This gateway has "
                  + activeLimit
                  + " requests in flight (active.limit) and takes no more. Try again later."));
      return;
    }
    var timed = submission.stream() && !submission.request().getOffline();
    var timer = stats.timer(receivedAt, timed);
    var call = new GenerationCall(submission.key(), client, reply, limits, timer, this::ended);
    active.add(call);
    request.response().closeHandler(closed -> call.disconnected());
    call.start(submission.request(), eventLoop, System.nanoTime(), handedOver);
  }

  /** Looks after timeouts; to be called about once a second. */
  public void tick(long now) {
    List.copyOf(active).forEach(call -> call.tick(now));
  }

  /** Ends all calls with an error. */
  public void abandonAll(ApiError error) {
    List.copyOf(active).forEach(call -> call.abandon(error));
  }

  private void ended(GenerationCall call) {
    active.remove(call);
    stats.end();
  }
}
