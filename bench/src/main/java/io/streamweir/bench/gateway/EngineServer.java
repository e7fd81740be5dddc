package io.streamweir.bench.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The same engine behind a plain HTTP server: what is the least that a streamed chat completion
 * costs. It knows of a request only {@code max_tokens}.
 */
final class EngineServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int[] PROMPT = {1};
  private static final int[] NONE = {};

  private final InferenceEngine engine;
  private final HttpServer server;
  private final Map<String, Stream> streams = new ConcurrentHashMap<>();

  /** Listens on a free port of the loopback address. */
  EngineServer(Vertx vertx, InferenceEngine engine) {
    this.engine = engine;
    engine.start(new Listener());
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> request.body().onSuccess(body -> take(request, body.getBytes())))
            .listen(0, "127.0.0.1")
            .await();
  }

  int port() {
    return server.actualPort();
  }

  private void take(HttpServerRequest request, byte[] body) {
    var id = UUID.randomUUID().toString();
    var response = request.response();
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        .putHeader("x-request-id", id);
    streams.put(id, new Stream(Vertx.currentContext(), response));
    response.exceptionHandler(failure -> forget(id));
    response.closeHandler(closed -> forget(id));
    var sampling = SamplingParams.builder(maxTokens(body)).ignoreEos(true).build();
    engine.submit(new EngineRequest(id, PROMPT, NONE, sampling, Lane.ONLINE, 0, Long.MAX_VALUE));
  }

  private static int maxTokens(byte[] body) {
    try {
      return JSON.readTree(body).path("max_tokens").asInt(1);
    } catch (IOException e) {
      throw new UncheckedIOException("A request's body is no JSON", e);
    }
  }

  private void forget(String id) {
    if (streams.remove(id) != null) {
      engine.cancel(id, FinishReason.CANCELLED);
    }
  }

  @Override
  public void close() {
    server.close().await();
    engine.close();
  }

  private record Stream(Context loop, HttpServerResponse response) {

    void write(SequenceOutput output) {
      var event =
          "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
              + output.text()
              + "\"},\"finish_reason\":null}]}\n\n";
      if (output.finished()) {
        response.end(event + "data: [DONE]\n\n");
      } else {
        response.write(event);
      }
    }
  }

  private final class Listener implements EngineListener {

    @Override
    public void onStep(StepResult result) {
      for (var output : result.outputs()) {
        var stream =
            output.finished()
                ? streams.remove(output.sequenceId())
                : streams.get(output.sequenceId());
        if (stream != null) {
          stream.loop.runOnContext(ignored -> stream.write(output));
        }
      }
    }

    @Override
    public void onFailure(Throwable cause) {
      throw new IllegalStateException("The paced engine failed", cause);
    }
  }
}
