package io.streamweir.router;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import io.streamweir.schemas.registry.UnknownSchemaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.apache.avro.Schema;

/** A schema registry over HTTP that can be told not to answer. */
final class FlakyRegistry implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final InMemorySchemaRegistry schemas = new InMemorySchemaRegistry();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Semaphore refused = new Semaphore(0);
  private final HttpServer server;
  private volatile boolean down;

  FlakyRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://" + server.getAddress().getAddress().getHostAddress() + ":" + port();
  }

  private int port() {
    return server.getAddress().getPort();
  }

  void goDown() {
    down = true;
  }

  void comeUp() {
    down = false;
  }

  /** Blocks until that many further questions have been refused. */
  void awaitRefused(int questions) throws InterruptedException {
    refused.acquire(questions);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (down) {
        refused.release();
        send(exchange, 503, Map.of("message", "down"));
        return;
      }
      var path = exchange.getRequestURI().getPath();
      if (exchange.getRequestMethod().equals("POST")) {
        var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        var schema = new Schema.Parser().parse(body.get("schema").asText());
        send(exchange, 200, Map.of("id", schemas.idOf(path, schema)));
      } else {
        var id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        send(exchange, 200, Map.of("schema", schemas.schemaOf(id).toString()));
      }
    } catch (UnknownSchemaException e) {
      send(exchange, 404, Map.of("message", e.getMessage()));
    }
  }

  private static void send(HttpExchange exchange, int status, Map<String, ?> body)
      throws IOException {
    var bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
