package io.streamweir.gateway;

import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.http.ByteBudget;
import io.streamweir.gateway.http.Work;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.gateway.keys.Scope;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.gateway.streams.RequestIds;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.UUID;

/** A route on which tokens are generated: receives the body, parses it, hands it on. */
final class GenerationRoute implements Handler<HttpServerRequest> {

  private final Doors shared;
  private final Work work;
  private final BodyReader bodies;
  private final Protocol protocol;
  private final RequestParser parser;
  private final Dispatcher dispatcher;

  GenerationRoute(
      Doors shared, Work work, BodyReader bodies, Protocol protocol, Dispatcher dispatcher) {
    this.shared = shared;
    this.work = work;
    this.bodies = bodies;
    this.protocol = protocol;
    this.parser = protocol.parser(shared.clock());
    this.dispatcher = dispatcher;
  }

  @Override
  public void handle(HttpServerRequest request) {
    var receivedAt = System.nanoTime();
    var newId = newId();
    request.response().putHeader(Answers.REQUEST_ID, newId);
    protocol.check(request);
    var caller = shared.callers().of(request, Scope.GENERATE);
    var idempotency = IdempotencyKey.of(request);
    var id =
        idempotency.map(key -> RequestIds.ofIdempotencyKey(protocol.path(), key)).orElse(newId);
    request.response().putHeader(Answers.REQUEST_ID, id);
    bodies.read(
        request,
        (body, lease) ->
            work.run(() -> read(body, caller, id, idempotency), body.length())
                .map(order -> dispatch(order, request, receivedAt, lease))
                .onFailure(
                    failure -> {
                      lease.release();
                      protocol.refuse(request, errorOf(failure));
                    }),
        error -> protocol.refuse(request, error));
  }

  private String newId() {
    return shared
        .backend()
        .client()
        .map(client -> RequestIds.next(protocol.key().charAt(0), client.place()))
        .orElseGet(() -> UUID.randomUUID().toString());
  }

  private Dispatcher.Order read(
      Buffer body, Caller caller, String madeId, Optional<String> idempotencyKey) {
    var submission =
        parser
            .parse(BodyReader.text(body), caller.tenant(), madeId)
            .withApiKey(caller.key().map(Caller.Key::name).orElse(null))
            .countingOnly(protocol.countsOnly());
    caller.requireModel(submission.request().getModel());
    var idIsOurs = submission.request().getRequestId().equals(madeId);
    if (idempotencyKey.isPresent() && !idIsOurs) {
      throw new ApiException(
          ApiError.invalid(
              "request_id",
              "'request_id' and the header Idempotency-Key exclude each other: the key decides the"
                  + " request id."));
    }
    var digest = idempotencyKey.map(key -> RequestIds.digest(body.getBytes()));
    return new Dispatcher.Order(protocol, submission, caller, digest, idIsOurs);
  }

  /** Exceptions become the failure of the future that this is mapped on. */
  private Void dispatch(
      Dispatcher.Order order, HttpServerRequest request, long receivedAt, ByteBudget.Lease lease) {
    shared.requireReady();
    if (request.response().closed()) {
      lease.release();
    } else {
      dispatcher.dispatch(new Dispatcher.Exchange(order, request, receivedAt, lease::release));
    }
    return null;
  }

  private static ApiError errorOf(Throwable failure) {
    return failure instanceof ApiException known
        ? known.error()
        : ApiError.of(500, "internal_error", "The request could not be read: " + failure + ".");
  }
}
