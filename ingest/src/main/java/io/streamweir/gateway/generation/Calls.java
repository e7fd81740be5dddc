package io.streamweir.gateway.generation;

import io.streamweir.client.StreamweirClient;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ByteBudget;
import io.streamweir.gateway.http.Work;
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
  private final ByteBudget collected;
  private final Work work;

  /**
   * @param activeLimit of the whole gateway
   * @param collected for the answers of the whole gateway that are given at once
   */
  public Calls(
      Context context,
      CallLimits limits,
      int activeLimit,
      GatewayStats stats,
      ByteBudget collected,
      Work work) {
    this.eventLoop = task -> context.runOnContext(ignored -> task.run());
    this.limits = limits;
    this.activeLimit = activeLimit;
    this.stats = stats;
    this.collected = collected;
    this.work = work;
  }

  /**
   * How an HTTP request is answered.
   *
   * @param format in which protocol
   * @param stream piece by piece
   * @param from what the client has of the stream already; the start unless there is one choice
   * @param cancels whether the client takes its requests with it when it goes away
   * @param receivedAt {@link System#nanoTime} at which the HTTP request arrived
   * @param timed whether its latency counts
   * @param permit under which it runs
   * @param onceRefused what to do instead of sending it again, if a quota has refused it; null if
   *     it may be sent again as it is
   */
  public record Plan(
      ReplyFormat format,
      boolean stream,
      StreamPosition from,
      boolean cancels,
      long receivedAt,
      boolean timed,
      Permit permit,
      String onceRefused) {}

  /** The event loop that the calls run on. */
  public Executor eventLoop() {
    return eventLoop;
  }

  /**
   * Runs a request and answers it.
   *
   * @param choices where the tokens of each come from
   * @param handedOver called once, when the sources need not be in memory any more
   */
  public void run(
      HttpServerRequest http,
      StreamweirClient client,
      List<TokenSource> choices,
      Plan plan,
      Runnable handedOver) {
    var response = http.response();
    response.putHeader(Answers.REQUEST_ID, choices.get(0).key().requestId());
    if (!stats.tryBegin(activeLimit)) {
      handedOver.run();
      var error = tooMany(activeLimit);
      Answers.error(response, error, plan.format.refusal(error));
      return;
    }
    var answer =
        plan.stream
            ? new StreamAnswer(http, plan.format, choices.size(), plan.from)
            : new WholeAnswer(http, plan.format, choices.size(), collected, work);
    var timer = stats.timer(plan.receivedAt, plan.timed);
    plan.permit.open().accept(choices.size());
    var group =
        new CallGroup(
            (calls, completed) -> ended(calls, completed, answer, plan.permit),
            choices.size(),
            handedOver);
    for (var source : choices) {
      var reply = answer.choice(group.size());
      group.add(new GenerationCall(source.key(), client, reply, limits, plan, timer, group::ended));
    }
    active.addAll(group.calls());
    response.closeHandler(closed -> group.calls().forEach(GenerationCall::disconnected));
    var now = System.nanoTime();
    for (var number = 0; number < choices.size(); number++) {
      group.calls().get(number).start(choices.get(number), eventLoop, now, group::handedOver);
    }
  }

  /** Looks after timeouts; to be called about once a second. */
  public void tick(long now) {
    endRevoked();
    List.copyOf(active).forEach(call -> call.tick(now));
  }

  /** Ends the calls whose permit has been revoked. */
  public void endRevoked() {
    List.copyOf(active).forEach(GenerationCall::endIfRevoked);
  }

  /** Ends all calls with an error. */
  public void abandonAll(ApiError error) {
    List.copyOf(active).forEach(call -> call.abandon(error));
  }

  private void ended(List<GenerationCall> calls, boolean completed, Answer answer, Permit permit) {
    calls.forEach(active::remove);
    if (!completed) {
      answer.discard();
    }
    permit.open().accept(-calls.size());
    stats.end();
  }

  /** What a gateway says that has as much to do as it takes on. */
  public static ApiError tooMany(int activeLimit) {
    return ApiError.unavailable(
        "overloaded",
        "This gateway has "
            + activeLimit
            + " requests in flight (active.limit) and takes no more. Try again later.");
  }
}
