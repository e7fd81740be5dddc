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
import io.streamweir.gateway.generation.RecordedStream;
import io.streamweir.gateway.generation.StreamPosition;
import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.generation.TokenSource;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.StreamEntry;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a request that was read: it is sent, or it turns out to be one that was
 * sent before and its answer is read from the log.
 *
 * <p>With an idempotency key the register of streams decides, before anything is sent. A request
 * whose id the client chose is entered there too, but does not wait for it. On the event loop only.
 */
final class Dispatcher {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final Doors shared;
  private final Calls calls;

  Dispatcher(Doors shared, Calls calls) {
    this.shared = shared;
    this.calls = calls;
  }

  /**
   * A request that was read.
   *
   * @param bodyDigest present if the client gave an idempotency key
   * @param idIsOurs false if the client chose the request id
   */
  record Order(
      Protocol protocol, Submission submission, Optional<String> bodyDigest, boolean idIsOurs) {

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
   * @param handedOver called once, when the request need not be in memory any more
   * @throws ApiException if it is refused
   */
  void dispatch(Order order, HttpServerRequest http, long receivedAt, Runnable handedOver) {
    var from = resumeFrom(http, order);
    var client = shared.backend().client().orElseThrow();
    var register = shared.backend().register().orElseThrow();
    if (order.bodyDigest.isEmpty()) {
      if (!order.idIsOurs) {
        enter(register, order.entry(client.place()));
      }
      begin(order, client, http, receivedAt, handedOver);
      return;
    }
    register
        .claim(order.entry(client.place()))
        .whenCompleteAsync(
            (claim, failure) -> {
              if (failure != null) {
                handedOver.run();
                order.protocol.refuse(http, CallErrors.of(failure));
              } else if (claim.mine()) {
                begin(order, client, http, receivedAt, handedOver);
              } else {
                join(order, claim, from, client, http, receivedAt, handedOver);
              }
            },
            calls.eventLoop());
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

  private void begin(
      Order order,
      StreamweirClient client,
      HttpServerRequest http,
      long receivedAt,
      Runnable handedOver) {
    if (order.submission.delivery().background()) {
      var partition = client.replyPartition();
      answerTaken(order, client.produce(asked(order, partition)), http, handedOver);
      return;
    }
    var sources =
        Choices.of(order.submission).stream()
            .map(request -> (TokenSource) new FreshRequest(client, request))
            .toList();
    var head = Head.of(order.submission);
    calls.run(
        http, client, sources, plan(order, head, receivedAt, StreamPosition.START), handedOver);
  }

  /** Somebody was first: the same answer, from the log. */
  private void join(
      Order order,
      Claim claim,
      StreamPosition from,
      StreamweirClient client,
      HttpServerRequest http,
      long receivedAt,
      Runnable handedOver) {
    var entry = claim.entry();
    if (!entry.getBodyDigest().equals(order.bodyDigest.orElseThrow())) {
      handedOver.run();
      order.protocol.refuse(http, reused());
      return;
    }
    if (order.submission.delivery().background()) {
      // Whoever was first may have died before it sent the request; a second copy is dropped.
      var sent = client.produce(asked(order, entry.getPartition()));
      answerTaken(order, sent, http, handedOver);
      return;
    }
    var place = new StreamPlace(entry.getPartition(), entry.getOffset());
    var sources =
        Choices.of(order.submission).stream()
            .map(request -> recorded(client, request, place, from))
            .toList();
    var head = Head.of(order.submission).createdAt(entry.getCreatedAtMs());
    calls.run(http, client, sources, plan(order, head, receivedAt, from), handedOver);
  }

  private static TokenSource recorded(
      StreamweirClient client, InferenceRequest request, StreamPlace place, StreamPosition from) {
    var again = InferenceRequest.newBuilder(request).setReplyPartition(place.partition()).build();
    return RecordedStream.sendingAgain(client, again, place, from);
  }

  private Calls.Plan plan(Order order, Head head, long receivedAt, StreamPosition from) {
    var delivery = order.submission.delivery();
    var cancels =
        order.bodyDigest.isEmpty() && shared.config().get(GatewaySettings.CANCEL_ON_DISCONNECT);
    return new Calls.Plan(
        order.protocol.format(head),
        delivery.stream(),
        from,
        delivery.cancelOnDisconnect().orElse(cancels),
        receivedAt,
        delivery.stream()
            && delivery.choices() == 1
            && order.bodyDigest.isEmpty()
            && !order.submission.request().getOffline());
  }

  private static InferenceRequest asked(Order order, int partition) {
    return InferenceRequest.newBuilder(order.submission.request())
        .setReplyPartition(partition)
        .build();
  }

  private void answerTaken(
      Order order, CompletionStage<?> sent, HttpServerRequest http, Runnable handedOver) {
    var id = order.submission.request().getRequestId();
    sent.whenCompleteAsync(
        (submitted, failure) -> {
          handedOver.run();
          if (failure != null) {
            order.protocol.refuse(http, CallErrors.of(failure));
            return;
          }
          var body =
              JsonNodeFactory.instance
                  .objectNode()
                  .put("id", id)
                  .put("object", "stream")
                  .put("status", "queued");
          http.response()
              .putHeader(Answers.REQUEST_ID, id)
              .putHeader("Location", StreamRoute.BELOW + id);
          Answers.json(http.response(), 202, body.toString());
        },
        calls.eventLoop());
  }

  private static ApiError reused() {
    return new ApiError(
        422,
        "idempotency_key_reused",
        "A request with this Idempotency-Key and another body was sent before. Use a new key for a"
            + " new request.",
        "Idempotency-Key");
  }
}
