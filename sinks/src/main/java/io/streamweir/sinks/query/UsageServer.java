package io.streamweir.sinks.query;

import io.streamweir.config.Config;
import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.Routes;
import io.streamweir.gateway.openai.OpenAiErrors;
import io.streamweir.sinks.ledger.Books;
import io.streamweir.sinks.ledger.LedgerSettings;
import io.streamweir.sinks.ledger.LedgerUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/usage}, {@code /healthz} and {@code /metrics} of a ledger. The books are read one
 * query at a time, on a thread of their own: they are on a disk. Thread-safe.
 */
public final class UsageServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UsageServer.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MOST_WAITING = 16;

  private final Vertx vertx;
  private final Books books;
  private final InstantSource clock;
  private final AtomicInteger waiting = new AtomicInteger();
  private HttpServer server;

  private UsageServer(Vertx vertx, Books books, InstantSource clock) {
    this.vertx = vertx;
    this.books = books;
    this.clock = clock;
  }

  /**
   * Starts to listen. It answers 503 while the books cannot be read.
   *
   * @param config of {@link LedgerSettings#TABLE}
   * @throws ListenException if the address cannot be listened on
   */
  public static UsageServer start(Config config, Books books, InstantSource clock) {
    var host = config.get(LedgerSettings.HOST);
    var port = config.get(LedgerSettings.PORT);
    var server = new UsageServer(Vertx.vertx(options()), books, clock);
    try {
      server.server =
          await(server.vertx.createHttpServer().requestHandler(server.routes()).listen(port, host));
    } catch (ExecutionException e) {
      server.close();
      throw new ListenException(
          "The ledger cannot listen on "
              + host
              + ":"
              + port
              + ": "
              + e.getCause().getMessage()
              + ". Probably another process does; set --port, or end that process.",
          e.getCause());
    }
    LOG.info("Queries are answered on {}:{}", host, server.port());
    return server;
  }

  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    try {
      await(vertx.close());
    } catch (ExecutionException e) {
      LOG.warn("The HTTP server did not close as it should", e);
    }
  }

  private Routes routes() {
    return new Routes(OpenAiErrors::answer)
        .on(HttpMethod.GET, "/v1/usage", this::usage)
        .on(HttpMethod.GET, "/healthz", this::health)
        .on(HttpMethod.GET, "/metrics", this::metrics);
  }

  private void usage(HttpServerRequest request) {
    var parameters = new TreeMap<String, List<String>>();
    request.params().names().forEach(name -> parameters.put(name, request.params().getAll(name)));
    var query = UsageQuery.parse(parameters);
    reading(
        request,
        "application/json; charset=utf-8",
        () -> UsageReport.of(query, books, clock.instant()).json().toString());
  }

  private void health(HttpServerRequest request) {
    var unready = books.unready();
    if (!unready.isEmpty()) {
      throw new ApiException(
          ApiError.unavailable("not_ready", "The ledger is not ready: " + unready + "."));
    }
    Answers.json(request.response(), 200, "{\"status\":\"ready\"}");
  }

  private void metrics(HttpServerRequest request) {
    reading(request, "text/plain; version=0.0.4; charset=utf-8", () -> LedgerMetrics.of(books));
  }

  private void reading(HttpServerRequest request, String contentType, Supplier<String> answer) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      throw new ApiException(
          ApiError.unavailable(
              "busy", MOST_WAITING + " queries wait already; the ledger reads for one at a time."));
    }
    vertx
        .executeBlocking(answer::get)
        .onComplete(done -> waiting.decrementAndGet())
        .onSuccess(body -> Answers.text(request.response(), 200, contentType, body))
        .onFailure(failure -> OpenAiErrors.answer(request, errorOf(failure)));
  }

  private static ApiError errorOf(Throwable failure) {
    if (failure instanceof ApiException known) {
      return known.error();
    }
    if (failure instanceof LedgerUnavailableException unavailable) {
      return ApiError.unavailable(unavailable.code(), unavailable.getMessage());
    }
    LOG.error("A query failed", failure);
    return ApiError.of(
        500, "internal_error", "The ledger failed on this query; its log has the cause.");
  }

  private static VertxOptions options() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(1)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static <T> T await(Future<T> future) throws ExecutionException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ExecutionException("not done within " + TIMEOUT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExecutionException("interrupted", e);
    }
  }
}
