package io.streamweir.local.flink;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Answers what a JobManager would in a moment that a real one passes too quickly. */
public final class JobManagerStub implements AutoCloseable {

  private final HttpServer server;
  private final Map<String, Supplier<String>> answers = new ConcurrentHashMap<>();

  public JobManagerStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          var answer = answers.get(exchange.getRequestURI().getPath());
          var body = (answer == null ? "{}" : answer.get()).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  public JobManagerStub answer(String path, Supplier<String> json) {
    answers.put(path, json);
    return this;
  }

  public FlinkRest client() {
    return new FlinkRest("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
