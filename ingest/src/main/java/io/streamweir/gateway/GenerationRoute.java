package io.streamweir.gateway;

import io.streamweir.gateway.generation.Calls;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.http.ByteBudget;
import io.streamweir.gateway.openai.OpenAiErrors;
import io.streamweir.gateway.openai.RequestParser;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import java.util.function.Function;

/** A route on which tokens are generated: receives the body, parses it, runs the call. */
final class GenerationRoute implements Handler<HttpServerRequest> {

  private static final String TENANT = "X-Weir-Tenant";

  /** A larger body is parsed on a worker thread, so that it does not hold up other streams. */
  private static final int PARSE_INLINE_BYTES = 64 << 10;

  private final Doors shared;
  private final Vertx vertx;
  private final BodyReader bodies;
  private final Calls calls;
  private final RequestParser parser;
  private final Function<Submission, ReplyFormat> format;

  GenerationRoute(
      Doors shared,
      Vertx vertx,
      BodyReader bodies,
      Calls calls,
      RequestParser parser,
      Function<Submission, ReplyFormat> format) {
    this.shared = shared;
    this.vertx = vertx;
    this.bodies = bodies;
    this.calls = calls;
    this.parser = parser;
    this.format = format;
  }

  @Override
  public void handle(HttpServerRequest request) {
    var receivedAt = System.nanoTime();
    var id = UUID.randomUUID().toString().replace("-", "");
    var response = request.response();
    response.putHeader(Answers.REQUEST_ID, id);
    response.endHandler(end -> shared.stats().answered(response.getStatusCode()));
    bodies.read(
        request,
        (body, lease) ->
            parse(body, request.getHeader(TENANT), id)
                .map(submission -> run(submission, request, receivedAt, lease))
                .onFailure(
                    failure -> {
                      lease.release();
                      OpenAiErrors.answer(request, errorOf(failure));
                    }),
        error -> OpenAiErrors.answer(request, error));
  }

  private Future<Submission> parse(Buffer body, String tenant, String fallbackId) {
    if (body.length() > PARSE_INLINE_BYTES) {
      return vertx.executeBlocking(
          () -> parser.parse(BodyReader.text(body), tenant, fallbackId), false);
    }
    try {
      return Future.succeededFuture(parser.parse(BodyReader.text(body), tenant, fallbackId));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** Exceptions become the failure of the future that this is mapped on. */
  private Void run(
      Submission submission, HttpServerRequest request, long receivedAt, ByteBudget.Lease lease) {
    shared.requireReady();
    if (request.response().closed()) {
      lease.release();
      return null;
    }
    var client = shared.backend().client().orElseThrow();
    calls.run(submission, client, request, format.apply(submission), receivedAt, lease::release);
    return null;
  }

  private static ApiError errorOf(Throwable failure) {
    return failure instanceof ApiException known
        ? known.error()
        : ApiError.of(500, "internal_error", "The request could not be read: " + failure + ".");
  }
}
