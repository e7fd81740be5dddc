package io.streamweir.gateway;

import io.streamweir.config.Config;
import io.streamweir.gateway.backend.Access;
import io.streamweir.gateway.backend.Backend;
import io.streamweir.gateway.backend.Readiness;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.ByteBudget;
import io.streamweir.gateway.http.Tls;
import io.streamweir.gateway.http.Transfers;
import io.streamweir.gateway.quota.Quotas;
import io.streamweir.gateway.stats.GatewayStats;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The doors of one gateway, and what they share. Thread-safe. */
final class Doors {

  private final Config config;
  private final Backend backend;
  private final GatewayStats stats;
  private final InstantSource clock;
  private final ByteBudget bodies;
  private final ByteBudget answers;
  private final Callers callers;
  private final Quotas quotas;
  private final Tls tls;
  private final Transfers transfers;
  private final List<HttpDoor> doors = new CopyOnWriteArrayList<>();
  private volatile boolean draining;

  Doors(
      Config config,
      Backend backend,
      GatewayStats stats,
      InstantSource clock,
      Access access,
      Tls tls) {
    this.config = config;
    this.backend = backend;
    this.stats = stats;
    this.clock = clock;
    this.callers =
        new Callers(access.keys(), access.tenants(), config.get(GatewaySettings.KEYS_REQUIRED));
    this.quotas = access.quotas();
    this.tls = tls;
    access.onKeysChange(() -> doors.forEach(HttpDoor::endRevoked));
    this.transfers = new Transfers(config.get(GatewaySettings.TRANSFER_LIMIT));
    stats.watch(() -> readiness().ready());
    this.bodies = new ByteBudget(config.get(GatewaySettings.BODY_TOTAL_LIMIT));
    this.answers = new ByteBudget(config.get(GatewaySettings.ANSWER_TOTAL_LIMIT));
  }

  HttpDoor newDoor() {
    var door = new HttpDoor(this);
    doors.add(door);
    return door;
  }

  Config config() {
    return config;
  }

  Backend backend() {
    return backend;
  }

  Callers callers() {
    return callers;
  }

  Quotas quotas() {
    return quotas;
  }

  Tls tls() {
    return tls;
  }

  GatewayStats stats() {
    return stats;
  }

  InstantSource clock() {
    return clock;
  }

  /** For the bodies of requests, until Kafka has them. */
  ByteBudget bodies() {
    return bodies;
  }

  /** For answers that are not streamed, until the client has them. */
  ByteBudget answers() {
    return answers;
  }

  /** Files on their way. */
  Transfers transfers() {
    return transfers;
  }

  Readiness readiness() {
    return draining ? Readiness.not("the gateway is stopping") : backend.readiness();
  }

  /**
   * @throws ApiException with status 503 if a request would not succeed
   */
  void requireReady() {
    var readiness = readiness();
    if (!readiness.ready()) {
      throw new ApiException(
          ApiError.unavailable(
              "not_ready", "The gateway is not ready: " + readiness.reason() + "."));
    }
  }

  int port() {
    return doors.get(0).port();
  }

  int active() {
    return stats.active();
  }

  Future<?> drain(Duration timeout) {
    draining = true;
    return Future.join(doors.stream().map(door -> door.drain(timeout)).toList());
  }
}
