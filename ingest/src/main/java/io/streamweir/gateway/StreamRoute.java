package io.streamweir.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.client.ClientException;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.RecordedTokens;
import io.streamweir.client.StreamPlace;
import io.streamweir.client.StreamweirClient;
import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.generation.Calls;
import io.streamweir.gateway.generation.Collected;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.Permit;
import io.streamweir.gateway.generation.RecordedStream;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.generation.StreamPosition;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.PathVariable;
import io.streamweir.gateway.http.Query;
import io.streamweir.gateway.http.Work;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.gateway.keys.Scope;
import io.streamweir.gateway.openai.OpenAiErrors;
import io.streamweir.gateway.streams.LateFormat;
import io.streamweir.gateway.streams.RequestIds;
import io.streamweir.gateway.streams.Snapshot;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.StreamEntry;
import io.streamweir.schemas.TokenChunk;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The streams of requests that were sent before, through this gateway or another: read from the
 * start or from where a client lost it, asked for their state, cancelled.
 */
final class StreamRoute {

  static final String LAST_EVENT_ID = "Last-Event-ID";

  private static final String BELOW = Route.STREAM.prefix();
  private static final String EVENTS = "text/event-stream";
  private static final int READ_TIMEOUT_SECONDS = 60;

  private final Doors shared;
  private final Calls calls;
  private final Work work;

  StreamRoute(Doors shared, Calls calls, Work work) {
    this.shared = shared;
    this.calls = calls;
    this.work = work;
  }

  private static final String NEW_REQUEST =
      "Send it as a new one, with a new id: this stream ends with the refusal.";

  /** Where a stream is, and what the request said of it. */
  private record Found(
      Caller caller,
      RequestKey key,
      StreamPlace place,
      Protocol protocol,
      Optional<StreamEntry> entry) {}

  /** Where a request is found. */
  static String pathOf(String requestId) {
    return BELOW + URLEncoder.encode(requestId, StandardCharsets.UTF_8);
  }

  void handle(HttpServerRequest request) {
    shared.requireReady();
    var client = shared.backend().client().orElseThrow();
    var found = find(request);
    request.response().putHeader(Answers.REQUEST_ID, found.key.requestId());
    if (request.method() == HttpMethod.DELETE) {
      cancel(request, client, found.key);
    } else if (wantsEvents(request)) {
      stream(request, client, found);
    } else {
      show(request, client, found);
    }
  }

  private Found find(HttpServerRequest request) {
    var id = PathVariable.of(request, BELOW);
    var caller = shared.callers().of(request, Scope.STREAMS);
    var key = new RequestKey(caller.tenant(), id);
    var entry = shared.backend().register().orElseThrow().find(key);
    if (entry.isPresent()) {
      var known = entry.get();
      var protocol = asked(request).or(() -> Protocol.of(known.getProtocol()));
      var place = new StreamPlace(known.getPartition(), known.getOffset());
      return new Found(caller, key, place, protocol.orElse(Protocol.CHAT), entry);
    }
    return RequestIds.read(id)
        .map(
            told -> {
              var protocol = asked(request).or(() -> Protocol.of(told.protocol()));
              return new Found(caller, key, told.place(), protocol.orElse(Protocol.CHAT), entry);
            })
        .orElseThrow(() -> new ApiException(unknown(id)));
  }

  private static Optional<Protocol> asked(HttpServerRequest request) {
    var name = Query.parameter(request, "protocol");
    if (name == null) {
      return Optional.empty();
    }
    var protocol = Protocol.of(name);
    if (protocol.isEmpty()) {
      throw new ApiException(
          ApiError.invalid("protocol", "'protocol' must be chat, text, responses or messages."));
    }
    return protocol;
  }

  private static boolean wantsEvents(HttpServerRequest request) {
    var accept = request.getHeader("Accept");
    return "true".equals(Query.parameter(request, "stream"))
        || (accept != null && accept.contains(EVENTS));
  }

  private void stream(HttpServerRequest request, StreamweirClient client, Found found) {
    var lastEvent = request.getHeader(LAST_EVENT_ID);
    var from = lastEvent == null ? StreamPosition.START : StreamPosition.parse(lastEvent);
    var permit = new Permit(() -> shared.callers().revoked(found.caller), false, change -> {});
    var format = format(found);
    var plan =
        new Calls.Plan(format, true, from, false, System.nanoTime(), false, permit, NEW_REQUEST);
    var source = RecordedStream.of(client, found.key, found.place, format.wordedFrom(from));
    calls.run(request, client, List.of(source), plan, () -> {});
  }

  private void show(HttpServerRequest request, StreamweirClient client, Found found) {
    var limit = shared.config().get(GatewaySettings.ACTIVE_LIMIT);
    if (!shared.stats().tryBegin(limit)) {
      throw new ApiException(Calls.tooMany(limit));
    }
    var tokens = replay(client, found);
    var snapshot =
        new Snapshot(
            found.key.requestId(),
            format(found),
            new Collected(shared.answers()),
            work,
            state -> Answers.json(request.response(), 200, state),
            error -> OpenAiErrors.answer(request, error),
            shared.stats()::end);
    request.response().closeHandler(closed -> snapshot.cancel());
    tokens.subscribe(snapshot);
    tokens
        .caughtUp()
        .toCompletableFuture()
        .orTimeout(READ_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .whenCompleteAsync(
            (read, failure) -> {
              if (failure == null) {
                snapshot.caughtUp();
              } else {
                snapshot.onError(notRead(found.key, failure));
              }
            },
            calls.eventLoop());
  }

  /** What was begun is ended if there is no such place. */
  private RecordedTokens replay(StreamweirClient client, Found found) {
    try {
      return client.replay(found.key, found.place, calls.eventLoop());
    } catch (ClientException e) {
      shared.stats().end();
      throw new ApiException(CallErrors.of(e));
    }
  }

  private static ClusterUnavailableException notRead(RequestKey key, Throwable failure) {
    return new ClusterUnavailableException(
        "The stream of "
            + key
            + " could not be read within "
            + READ_TIMEOUT_SECONDS
            + " s; Kafka does not answer, or the log is long.",
        failure);
  }

  private void cancel(HttpServerRequest request, StreamweirClient client, RequestKey key) {
    client
        .cancel(key, "The client asked for it.")
        .whenCompleteAsync(
            (sent, failure) -> {
              if (failure == null) {
                Answers.json(request.response(), 202, cancelling(key));
              } else {
                OpenAiErrors.answer(request, CallErrors.of(failure));
              }
            },
            calls.eventLoop());
  }

  private static String cancelling(RequestKey key) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", key.requestId())
        .put("object", "stream")
        .put("status", "cancelling")
        .toString();
  }

  /**
   * An id does not tell model and time: then the deployment tells the one, its engine the other.
   */
  private ReplyFormat format(Found found) {
    Function<TokenChunk, Head> head =
        first ->
            found
                .entry
                .map(entry -> head(found.key, entry.getModel(), entry.getCreatedAtMs()))
                .orElseGet(
                    () ->
                        head(
                            found.key,
                            shared.backend().modelOf(first.getDeployment()),
                            first.getEngineSubmittedAtUs() / 1000));
    return new LateFormat(head, found.protocol::format);
  }

  private static Head head(RequestKey key, String model, long createdAtMs) {
    return new Head(key.requestId(), model, createdAtMs, true, false);
  }

  private static ApiError unknown(String id) {
    return ApiError.of(
        404,
        "stream_not_found",
        "There is no stream of request '"
            + id
            + "': it was not sent through a gateway, or its tokens are gone by retention.");
  }
}
