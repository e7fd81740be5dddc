package io.streamweir.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.client.StreamPlace;
import io.streamweir.client.StreamweirClient;
import io.streamweir.client.register.Claim;
import io.streamweir.client.register.StreamRegister;
import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.generation.Calls;
import io.streamweir.gateway.generation.Choices;
import io.streamweir.gateway.generation.FreshRequest;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.Permit;
import io.streamweir.gateway.generation.RecordedStream;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.generation.StreamPosition;
import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.generation.TokenSource;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.gateway.quota.Allowance;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.StreamEntry;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a request that was read: it is sent, or it turns out to be one that was
 * sent before and its answer is read from the log.
 *
 * <p>With an idempotency key the register of streams decides, before anything is sent. A request
 * whose id the client chose is entered there when it was sent, and refused if the id stands there.
 * What the quota refuses is not entered. On the event loop only.
 */
final class Dispatcher {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** A request that was counted when it was sent. */
  private static final IntConsumer NOT_COUNTED = change -> {};

  private static final String NEW_KEY =
      "Use a new Idempotency-Key for it: under this one the refusal is the answer.";

  private static final String NEW_ID = "Use a new request_id for it: this one has been used.";

  private final Doors shared;
  private final Calls calls;

  Dispatcher(Doors shared, Calls calls) {
    this.shared = shared;
    this.calls = calls;
  }

  /**
   * A request that was read.
   *
   * @param caller who asks
   * @param bodyDigest present if the client gave an idempotency key
   * @param idIsOurs false if the client chose the request id
   */
  record Order(
      Protocol protocol,
      Submission submission,
      Caller caller,
      Optional<String> bodyDigest,
      boolean idIsOurs) {

    private StreamEntry entry(StreamPlace place) {
      var request = submission.request();
      return StreamEntry.newBuilder()
          .setRequestId(request.getRequestId())
          .setTenant(request.getTenant())
          .setPartition(place.partition())
          .setOffset(place.offset())
          .setProtocol(protocol.key())
          .setModel(request.getModel())
          .setBodyDigest(bodyDigest.orElse(""))
          .setCreatedAtMs(request.getCreatedAtMs())
          .build();
    }
  }

  /**
   * An order and who waits for its answer.
   *
   * @param receivedAt {@link System#nanoTime} at which the HTTP request arrived
   * @param handedOver called once, when the request need not be in memory any more
   */
  record Exchange(Order order, HttpServerRequest http, long receivedAt, Runnable handedOver) {

    private Submission submission() {
      return order.submission;
    }

    private void refuse(ApiError error) {
      handedOver.run();
      order.protocol.refuse(http, error);
    }
  }

  /**
   * @throws ApiException if it is refused
   */
  void dispatch(Exchange exchange) {
    var order = exchange.order;
    var from = resumeFrom(exchange.http, order);
    var client = shared.backend().client().orElseThrow();
    var register = shared.backend().register().orElseThrow();
    var before = register.find(order.submission.key());
    if (before.isPresent()) {
      if (order.bodyDigest.isEmpty()) {
        throw new ApiException(sentBefore(order.submission.key().requestId()));
      }
      join(exchange, before.get(), from, client);
      return;
    }
    var allowance = shared.quotas().take(order.caller, order.submission.delivery().choices());
    if (order.bodyDigest.isEmpty()) {
      begin(exchange, client, allowance);
      return;
    }
    register
        .claim(order.entry(client.place()))
        .whenCompleteAsync(
            (claim, failure) -> {
              if (failure != null) {
                allowance.giveBack();
                exchange.refuse(CallErrors.of(failure));
              } else {
                settled(exchange, claim, from, client, allowance);
              }
            },
            calls.eventLoop());
  }

  /** Nobody further up answers for an exception here. */
  private void settled(
      Exchange exchange,
      Claim claim,
      StreamPosition from,
      StreamweirClient client,
      Allowance allowance) {
    try {
      if (!claim.mine()) {
        allowance.giveBack();
        join(exchange, claim.entry(), from, client);
      } else if (from.equals(StreamPosition.START)) {
        begin(exchange, client, allowance);
      } else {
        allowance.giveBack();
        exchange.refuse(nothingToResume());
      }
    } catch (RuntimeException e) {
      LOG.error("Request {} could not be answered", exchange.submission().key(), e);
      exchange.refuse(CallErrors.of(e));
    }
  }

  private static StreamPosition resumeFrom(HttpServerRequest http, Order order) {
    var lastEvent = http.getHeader(StreamRoute.LAST_EVENT_ID);
    if (lastEvent == null) {
      return StreamPosition.START;
    }
    if (order.bodyDigest.isEmpty() || order.submission.delivery().choices() > 1) {
      throw new ApiException(
          ApiError.invalid(
              StreamRoute.LAST_EVENT_ID,
              "Last-Event-ID on a POST needs the Idempotency-Key of the first one, and 'n' of 1;"
                  + " or GET /v1/streams/REQUEST_ID."));
    }
    return StreamPosition.parse(lastEvent);
  }

  /**
   * What is to be done when Kafka has the request: if the client chose its id, that is entered. Not
   * before, for the client may send again under the id what was not sent.
   */
  private Runnable entering(Order order, StreamweirClient client) {
    if (order.idIsOurs) {
      return () -> {};
    }
    var entry = order.entry(client.place());
    var register = shared.backend().register().orElseThrow();
    return () -> calls.eventLoop().execute(() -> enter(register, entry));
  }

  private static void enter(StreamRegister register, StreamEntry entry) {
    register
        .claim(entry)
        .whenComplete(
            (claim, failure) -> {
              if (failure != null) {
                LOG.warn("The place of {} could not be entered", entry.getRequestId(), failure);
              }
            });
  }

  private void begin(Exchange exchange, StreamweirClient client, Allowance allowance) {
    var submission = exchange.submission();
    var requests = Choices.of(submission);
    shared.quotas().sending(requests.stream().map(Dispatcher::keyOf).toList(), allowance);
    allowance.headers().forEach(exchange.http.response()::putHeader);
    var sent = entering(exchange.order, client);
    if (submission.delivery().background()) {
      var asked = asked(submission, client.replyPartition());
      answerTaken(exchange, client.produce(asked).thenRun(sent));
      return;
    }
    var sources = new ArrayList<TokenSource>();
    for (var request : requests) {
      sources.add(new FreshRequest(client, request, sources.isEmpty() ? sent : () -> {}));
    }
    var format = exchange.order.protocol.format(Head.of(submission));
    run(exchange, client, sources, format, StreamPosition.START, allowance::opened);
  }

  /** Somebody was first: the same answer, from the log. */
  private void join(
      Exchange exchange, StreamEntry entry, StreamPosition from, StreamweirClient client) {
    var submission = exchange.submission();
    if (!entry.getBodyDigest().equals(exchange.order.bodyDigest.orElseThrow())) {
      exchange.refuse(CallErrors.idempotencyKeyReused());
      return;
    }
    if (submission.delivery().background()) {
      // Whoever was first may have died before it sent the request; a second copy is dropped.
      answerTaken(exchange, client.produce(asked(submission, entry.getPartition())));
      return;
    }
    var place = new StreamPlace(entry.getPartition(), entry.getOffset());
    var head = Head.of(submission).createdAt(entry.getCreatedAtMs());
    var format = exchange.order.protocol.format(head);
    var sources =
        Choices.of(submission).stream()
            .map(request -> recorded(client, request, place, format.wordedFrom(from)))
            .toList();
    run(exchange, client, sources, format, from, NOT_COUNTED);
  }

  private static TokenSource recorded(
      StreamweirClient client, InferenceRequest request, StreamPlace place, StreamPosition from) {
    var again = InferenceRequest.newBuilder(request).setReplyPartition(place.partition()).build();
    return RecordedStream.sendingAgain(client, again, place, from);
  }

  private void run(
      Exchange exchange,
      StreamweirClient client,
      List<TokenSource> sources,
      ReplyFormat format,
      StreamPosition from,
      IntConsumer open) {
    var order = exchange.order;
    var delivery = order.submission.delivery();
    var keyed = order.bodyDigest.isPresent();
    var cancels = !keyed && shared.config().get(GatewaySettings.CANCEL_ON_DISCONNECT);
    var plan =
        new Calls.Plan(
            format,
            delivery.stream(),
            from,
            delivery.cancelOnDisconnect().orElse(cancels),
            exchange.receivedAt,
            delivery.stream()
                && delivery.choices() == 1
                && !keyed
                && !order.submission.request().getOffline(),
            new Permit(() -> shared.callers().revoked(order.caller), true, open),
            keyed ? NEW_KEY : order.idIsOurs ? null : NEW_ID);
    calls.run(exchange.http, client, sources, plan, exchange.handedOver);
  }

  private static RequestKey keyOf(InferenceRequest request) {
    return new RequestKey(request.getTenant(), request.getRequestId());
  }

  private static InferenceRequest asked(Submission submission, int partition) {
    return InferenceRequest.newBuilder(submission.request()).setReplyPartition(partition).build();
  }

  private void answerTaken(Exchange exchange, CompletionStage<?> sent) {
    sent.whenCompleteAsync(
        (submitted, failure) -> {
          if (failure == null) {
            exchange.handedOver.run();
            taken(exchange);
          } else {
            exchange.refuse(CallErrors.of(failure));
          }
        },
        calls.eventLoop());
  }

  private static void taken(Exchange exchange) {
    var id = exchange.submission().request().getRequestId();
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("object", "stream")
            .put("status", "queued");
    var response = exchange.http.response();
    response.putHeader(Answers.REQUEST_ID, id).putHeader("Location", StreamRoute.pathOf(id));
    Answers.json(response, 202, body.toString());
  }

  private static ApiError nothingToResume() {
    return ApiError.of(
        410,
        "stream_gone",
        "No stream is known under this Idempotency-Key that Last-Event-ID could be of. Send the"
            + " request without Last-Event-ID to run it.");
  }

  private static ApiError sentBefore(String id) {
    return new ApiError(
        409,
        "duplicate_request_id",
        "A request with the id "
            + id
            + " was sent before; GET "
            + StreamRoute.pathOf(id)
            + " tells what has become of it. Use a new id for a new request.",
        "request_id");
  }
}
