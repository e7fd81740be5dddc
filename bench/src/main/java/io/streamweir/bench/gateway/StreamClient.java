package io.streamweir.bench.gateway;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.streamweir.bench.pipeline.Clock;
import io.streamweir.bench.pipeline.StreamTrace;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.parsetools.RecordParser;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;

/**
 * Streams chat completions over HTTP/1.1 and notes when each event with text comes. Connections are
 * used again. Thread-safe.
 */
final class StreamClient implements AutoCloseable {

  private static final String PATH = "/v1/chat/completions";
  private static final int MOST_CONNECTIONS = 20_000;
  private static final String EVENT_END = "\n\n";
  private static final String CONTENT = "\"content\":\"";

  private final HttpClient http;
  private final String model;
  private final String host;
  private final int port;

  StreamClient(Vertx vertx, URI server, String model) {
    this.model = model;
    this.host = server.getHost();
    this.port = server.getPort();
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
  }

  /** The body of a request that is answered with so many tokens. */
  static String body(String model, int tokens) {
    return "{\"model\":\""
        + new String(JsonStringEncoder.getInstance().quoteAsString(model))
        + "\",\"stream\":true,\"max_tokens\":"
        + tokens
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Where is my order?\"}]}";
  }

  /** Sends a request; the stream completes when its answer has ended. */
  CompletableFuture<StreamTrace> stream(int tokens) {
    var body = Buffer.buffer(body(model, tokens));
    var sentAt = Clock.micros();
    return http.request(HttpMethod.POST, port, host, PATH)
        .compose(request -> send(request, body))
        .compose(response -> read(response, sentAt))
        .toCompletionStage()
        .toCompletableFuture();
  }

  private static Future<HttpClientResponse> send(HttpClientRequest request, Buffer body) {
    return request.putHeader("Content-Type", "application/json").send(body);
  }

  private static Future<StreamTrace> read(HttpClientResponse response, long sentAt) {
    if (response.statusCode() != 200) {
      return response
          .body()
          .compose(
              body ->
                  Future.failedFuture(
                      new IllegalStateException(
                          "Answered with " + response.statusCode() + ": " + body)));
    }
    var texts = new ArrayList<Long>();
    Promise<StreamTrace> ended = Promise.promise();
    var events = RecordParser.newDelimited(EVENT_END, event -> note(event, texts));
    response.handler(events::handle);
    response.exceptionHandler(ended::tryFail);
    response.endHandler(
        end -> {
          if (texts.isEmpty()) {
            ended.tryFail(new IllegalStateException("The answer had no text"));
          } else {
            ended.tryComplete(new StreamTrace(response.getHeader("x-request-id"), sentAt, texts));
          }
        });
    return ended.future();
  }

  private static void note(Buffer event, ArrayList<Long> texts) {
    var now = Clock.micros();
    var text = event.toString(StandardCharsets.UTF_8);
    var content = text.indexOf(CONTENT);
    if (content >= 0 && text.charAt(content + CONTENT.length()) != '"') {
      texts.add(now);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
