package io.streamweir.gateway;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.streamweir.client.ClientOptions;
import io.streamweir.config.Config;
import io.streamweir.gateway.backend.Access;
import io.streamweir.gateway.backend.Backend;
import io.streamweir.gateway.batches.BatchEndpoint;
import io.streamweir.gateway.batches.BatchLimits;
import io.streamweir.gateway.batches.BatchOptions;
import io.streamweir.gateway.http.Tls;
import io.streamweir.gateway.stats.GatewayStats;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway. It listens at once, and answers 503 until Kafka is reached.
 *
 * <p>Each event loop has its own {@link HttpDoor}; they share the port, the {@link Backend} and the
 * statistics. Thread-safe.
 */
public final class GatewayServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
  private static final int WORKERS = 2;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final Config config;
  private final Vertx vertx;
  private final Backend backend;
  private final Doors doors;
  private final AtomicBoolean closed = new AtomicBoolean();

  private GatewayServer(Config config, Vertx vertx, Backend backend, Doors doors) {
    this.config = config;
    this.vertx = vertx;
    this.backend = backend;
    this.doors = doors;
  }

  /**
   * Starts to listen.
   *
   * @param config of {@link GatewaySettings#TABLE}
   * @throws GatewayException if the address cannot be listened on, or not with that certificate
   */
  public static GatewayServer start(Config config) {
    return start(config, InstantSource.system());
  }

  /** As {@link #start(Config)}, with another clock. */
  public static GatewayServer start(Config config, InstantSource clock) {
    var tls = tls(config);
    var access = new Access(clock, config.get(GatewaySettings.OTHER_TENANTS));
    var loops = Math.max(2, Runtime.getRuntime().availableProcessors());
    var vertx = Vertx.vertx(vertxOptions(loops));
    var backend =
        Backend.open(
            clientOptions(config),
            access,
            batchOptions(config, clock),
            config.get(GatewaySettings.STREAMS_LIMIT));
    var doors = new Doors(config, backend, new GatewayStats(), clock, access, tls);
    var server = new GatewayServer(config, vertx, backend, doors);
    try {
      await(
          vertx.deployVerticle(doors::newDoor, new DeploymentOptions().setInstances(loops)),
          START_TIMEOUT);
    } catch (ExecutionException e) {
      server.close();
      throw new GatewayException(
          "The gateway cannot listen on "
              + config.get(GatewaySettings.HOST)
              + ":"
              + config.get(GatewaySettings.PORT)
              + ": "
              + e.getCause().getMessage()
              + (tls.enabled()
                  ? ". Another process does, or the files of tls.* are not what they should be."
                  : ". Probably another process does; set --port, or end that process."),
          e.getCause());
    }
    LOG.info("Listening on {}", server.url());
    return server;
  }

  /** Where clients find it. */
  public String url() {
    return (doors.tls().enabled() ? "https://" : "http://")
        + config.get(GatewaySettings.HOST)
        + ":"
        + port();
  }

  public int port() {
    return doors.port();
  }

  /**
   * Stops gracefully: takes no new connection, waits for open answers up to the drain timeout, ends
   * the rest with an error.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LOG.info("Stopping; {} requests in flight", doors.active());
    try {
      var timeout = config.get(GatewaySettings.DRAIN_TIMEOUT);
      await(doors.drain(timeout), timeout.plus(STOP_TIMEOUT));
    } catch (ExecutionException e) {
      LOG.warn("The drain did not end as it should", e);
    }
    backend.close();
    doors.stats().close();
    try {
      await(vertx.close(), STOP_TIMEOUT);
    } catch (ExecutionException e) {
      LOG.warn("The HTTP server did not close as it should", e);
    }
    LOG.info("Stopped");
  }

  private static Tls tls(Config config) {
    try {
      return new Tls(
          config.get(GatewaySettings.TLS_CERTIFICATE),
          config.get(GatewaySettings.TLS_KEY),
          config.get(GatewaySettings.TLS_PASSWORD_FILE));
    } catch (IllegalArgumentException e) {
      throw new GatewayException(e.getMessage(), e);
    }
  }

  /**
   * No files are served, so Vert.x need not prepare a directory for them. Few workers: they parse
   * large bodies, which take several times their size in memory.
   */
  private static VertxOptions vertxOptions(int eventLoops) {
    return new VertxOptions()
        .setEventLoopPoolSize(eventLoops)
        .setWorkerPoolSize(WORKERS)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static ClientOptions clientOptions(Config config) {
    var options =
        ClientOptions.of(
                config.get(GatewaySettings.BOOTSTRAP_SERVERS),
                config.get(GatewaySettings.REGISTRY_URL))
            .withStreamBufferBytes(Math.toIntExact(config.get(GatewaySettings.STREAM_BUFFER)))
            .withPendingBytes(config.get(GatewaySettings.BODY_TOTAL_LIMIT))
            .withDeliveryTimeout(config.get(GatewaySettings.DELIVERY_TIMEOUT));
    var clientId = config.get(GatewaySettings.CLIENT_ID);
    return clientId.isEmpty() ? options : options.withClientId(clientId);
  }

  private static BatchOptions batchOptions(Config config, InstantSource clock) {
    var endpoints =
        Arrays.stream(Protocol.values())
            .filter(one -> !one.countsOnly())
            .map(one -> new BatchEndpoint(one.path(), one.parser(clock), one::format))
            .collect(Collectors.toMap(BatchEndpoint::path, Function.identity()));
    var limits =
        new BatchLimits(
            config.get(GatewaySettings.BATCH_LINES),
            Math.toIntExact(config.get(GatewaySettings.BODY_LIMIT)),
            config.get(GatewaySettings.BATCH_ACTIVE),
            config.get(GatewaySettings.BATCH_GRACE));
    return new BatchOptions(endpoints, limits, config.get(GatewaySettings.BATCH_RUNS), clock);
  }

  private static void await(Future<?> future, Duration timeout) throws ExecutionException {
    try {
      future.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ExecutionException("not done within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExecutionException("interrupted", e);
    }
  }
}
