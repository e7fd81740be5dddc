package io.streamweir.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.client.catalogue.ServedModel;
import io.streamweir.config.Setting;
import io.streamweir.gateway.generation.CallLimits;
import io.streamweir.gateway.generation.Calls;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.http.IdleConnections;
import io.streamweir.gateway.http.PathVariable;
import io.streamweir.gateway.http.Routes;
import io.streamweir.gateway.http.Work;
import io.streamweir.gateway.keys.Scope;
import io.streamweir.gateway.openai.ModelList;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The routes of the gateway on one event loop. */
final class HttpDoor extends VerticleBase {

  private static final String DESCRIPTION = OpenApi.describe().toString();
  private static final long TICK_MS = 1000;

  /** The kernel's share of what a client that reads nothing costs; by itself it would grow. */
  private static final int SEND_BUFFER_BYTES = 32 << 10;

  /** Above the request's own timeouts, which give a better answer. */
  private static final Duration IDLE_MARGIN = Duration.ofMinutes(1);

  private final Doors shared;
  private HttpServer server;
  private BodyReader bodies;
  private Calls calls;
  private IdleConnections idle;
  private Work work;

  HttpDoor(Doors shared) {
    this.shared = shared;
  }

  @Override
  public Future<?> start() {
    bodies =
        new BodyReader(
            vertx,
            setting(GatewaySettings.BODY_LIMIT),
            setting(GatewaySettings.RECEIVE_TIMEOUT),
            shared.bodies());
    work = new Work(context);
    calls =
        new Calls(
            context,
            limits(),
            setting(GatewaySettings.ACTIVE_LIMIT),
            shared.stats(),
            shared.answers(),
            work);
    idle = new IdleConnections(setting(GatewaySettings.IDLE_TIMEOUT));
    vertx.setPeriodic(TICK_MS, id -> tick(System.nanoTime()));
    server = vertx.createHttpServer(options());
    var routes = routes();
    return server
        .connectionHandler(this::connected)
        .requestHandler(request -> handle(request, routes))
        .listen(address());
  }

  private void tick(long now) {
    calls.tick(now);
    idle.tick(now);
  }

  private void connected(HttpConnection connection) {
    idle.waits(connection, System.nanoTime());
    connection.closeHandler(closed -> idle.isBusy(connection));
  }

  private void handle(HttpServerRequest request, Routes routes) {
    var begin = System.nanoTime();
    var route = routes.documented(request);
    var response = request.response();
    idle.isBusy(request.connection());
    response.endHandler(
        end -> {
          var now = System.nanoTime();
          shared.stats().answered(route, response.getStatusCode(), now - begin);
          idle.waits(request.connection(), now);
        });
    routes.handle(request);
  }

  /** Port 0 alone would give each event loop a port of its own. */
  private SocketAddress address() {
    var host = setting(GatewaySettings.HOST);
    var port = setting(GatewaySettings.PORT);
    return port == 0
        ? SocketAddress.sharedRandomPort(1, host)
        : SocketAddress.inetSocketAddress(port, host);
  }

  int port() {
    return server.actualPort();
  }

  /** Ends the answers that go to callers whose key has become void. Any thread. */
  void endRevoked() {
    if (calls != null) {
      context.runOnContext(ignored -> calls.endRevoked());
    }
  }

  /** Takes no new connection, and ends what is still open after the timeout. Any thread. */
  Future<?> drain(Duration timeout) {
    if (server == null) {
      return Future.succeededFuture();
    }
    Promise<Void> drained = Promise.promise();
    context.runOnContext(
        ignored -> {
          vertx.setTimer(Math.max(1, timeout.toMillis()), id -> calls.abandonAll(stopping()));
          server.shutdown(timeout.plusSeconds(1)).onComplete(drained);
        });
    return drained.future();
  }

  private Routes routes() {
    var dispatcher = new Dispatcher(shared, calls);
    var streams = new StreamRoute(shared, calls, work);
    var batches = new BatchDoor(shared, vertx, bodies, calls.eventLoop());
    var routes = new Routes(Protocol::refuseByPath);
    for (var protocol : Protocol.values()) {
      routes.on(
          HttpMethod.POST,
          protocol.path(),
          new GenerationRoute(shared, work, bodies, protocol, dispatcher));
    }
    for (var route : Route.values()) {
      if (route.hasVariable()) {
        routes.between(
            route.method(), route.prefix(), route.suffix(), handler(route, streams, batches));
      } else {
        routes.on(route.method(), route.path(), handler(route, streams, batches));
      }
    }
    return routes;
  }

  private Handler<HttpServerRequest> handler(Route route, StreamRoute streams, BatchDoor batches) {
    return switch (route) {
      case MODELS -> this::listModels;
      case MODEL -> this::showModel;
      case EMBEDDINGS -> new IncapableRoute(shared, bodies, "make embeddings");
      case RERANK -> new IncapableRoute(shared, bodies, "rank documents");
      case STREAM, CANCEL -> streams::handle;
      case PAGE -> HttpDoor::page;
      case UPLOAD_FILE,
          FILES,
          FILE,
          DELETE_FILE,
          FILE_CONTENT,
          CREATE_BATCH,
          BATCHES,
          BATCH,
          CANCEL_BATCH ->
          request -> batches.handle(route, request);
      case LIVE -> request -> json(request, "{\"status\":\"live\"}");
      case READY, HEALTH -> this::health;
      case METRICS -> this::metrics;
      case STATS -> request -> json(request, shared.stats().json());
      case RESET_STATS -> this::resetStats;
      case DESCRIPTION -> request -> json(request, DESCRIPTION);
    };
  }

  private void listModels(HttpServerRequest request) {
    json(request, ModelList.all(models(request)));
  }

  private void showModel(HttpServerRequest request) {
    var name = PathVariable.of(request, Route.MODEL.prefix());
    json(request, ModelList.one(models(request), name));
  }

  private List<ServedModel> models(HttpServerRequest request) {
    var caller = shared.callers().of(request, Scope.MODELS);
    shared.requireReady();
    return shared.backend().models().stream().filter(one -> caller.mayUse(one.name())).toList();
  }

  private void health(HttpServerRequest request) {
    var readiness = shared.readiness();
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("status", readiness.ready() ? "ready" : "unavailable")
            .put("reason", readiness.reason());
    Answers.json(request.response(), readiness.ready() ? 200 : 503, body.toString());
  }

  private void resetStats(HttpServerRequest request) {
    shared.stats().resetLatencies();
    json(request, shared.stats().json());
  }

  private void metrics(HttpServerRequest request) {
    Answers.text(
        request.response(),
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        shared.stats().prometheus());
  }

  private static void page(HttpServerRequest request) {
    request
        .response()
        .putHeader("Content-Security-Policy", Page.POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer");
    Answers.text(request.response(), 200, "text/html; charset=utf-8", Page.HTML);
  }

  private static void json(HttpServerRequest request, String body) {
    Answers.json(request.response(), 200, body);
  }

  private static ApiError stopping() {
    return ApiError.unavailable(
        "stopping", "The gateway is being stopped; send the request again to another one.");
  }

  private CallLimits limits() {
    return new CallLimits(
        setting(GatewaySettings.FIRST_TOKEN_TIMEOUT),
        setting(GatewaySettings.NEXT_TOKEN_TIMEOUT),
        setting(GatewaySettings.STALLED_TIMEOUT),
        setting(GatewaySettings.KEEP_ALIVE));
  }

  private HttpServerOptions options() {
    var longest =
        Stream.of(
                GatewaySettings.FIRST_TOKEN_TIMEOUT,
                GatewaySettings.NEXT_TOKEN_TIMEOUT,
                GatewaySettings.STALLED_TIMEOUT)
            .map(this::setting)
            .max(Duration::compareTo)
            .orElseThrow();
    var options = new HttpServerOptions();
    shared.tls().apply(options);
    return options
        .setSendBufferSize(SEND_BUFFER_BYTES)
        .setHttp2ClearTextEnabled(false)
        .setHandle100ContinueAutomatically(true)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setIdleTimeout(Math.toIntExact(longest.plus(IDLE_MARGIN).toSeconds()));
  }

  private <T> T setting(Setting<T> setting) {
    return shared.config().get(setting);
  }
}
