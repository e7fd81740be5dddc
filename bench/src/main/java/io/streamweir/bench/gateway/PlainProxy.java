package io.streamweir.bench.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;

/** A reverse proxy that passes on what comes, in both directions, and knows nothing of it. */
final class PlainProxy implements AutoCloseable {

  private static final int MOST_CONNECTIONS = 20_000;
  private static final int BAD_GATEWAY = 502;
  private static final String HOST = "127.0.0.1";

  private final HttpClient http;
  private final HttpServer server;
  private final int target;

  /** Listens on a free port of the loopback address, in front of a server on another port of it. */
  PlainProxy(Vertx vertx, int target) {
    this.target = target;
    this.http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
    this.server = vertx.createHttpServer().requestHandler(this::pass).listen(0, HOST).await();
  }

  int port() {
    return server.actualPort();
  }

  private void pass(HttpServerRequest request) {
    var response = request.response();
    request.pause();
    http.request(request.method(), target, HOST, request.uri())
        .compose(
            upstream -> {
              response.closeHandler(closed -> upstream.reset());
              upstream.headers().addAll(request.headers());
              return upstream.send(request);
            })
        .compose(
            answer -> {
              response.setStatusCode(answer.statusCode()).setChunked(true);
              response.headers().addAll(answer.headers());
              return answer
                  .pipe()
                  .endOnFailure(false)
                  .to(response)
                  .onFailure(broken -> answer.request().reset());
            })
        .onFailure(
            failure -> {
              if (!response.headWritten()) {
                response.setStatusCode(BAD_GATEWAY).end(String.valueOf(failure.getMessage()));
              }
            });
  }

  @Override
  public void close() {
    server.close().await();
    http.close().await();
  }
}
