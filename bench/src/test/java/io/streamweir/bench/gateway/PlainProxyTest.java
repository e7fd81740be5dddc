package io.streamweir.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load against the peer: the engine behind a plain HTTP server, and a proxy before that. */
class PlainProxyTest {

  private final Vertx vertx = Vertx.vertx();
  private volatile Pace pace = Pace.AT_ONCE;
  private PacedEngine engine;
  private EngineServer server;
  private PlainProxy proxy;
  private StreamClient client;

  @BeforeEach
  void start() {
    engine = new PacedEngine(() -> pace, 0);
    server = new EngineServer(vertx, engine);
    proxy = new PlainProxy(vertx, server.port());
    client = new StreamClient(vertx, uri(), "m");
  }

  @AfterEach
  void close() {
    client.close();
    proxy.close();
    server.close();
    vertx.close().await();
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + proxy.port());
  }

  @Test
  void shouldSeeEachEventWithTextAtItsTime() throws Exception {
    pace = new Pace(20, 3);

    var trace = client.stream(4).get(10, TimeUnit.SECONDS);

    assertThat(trace.requestId()).isNotEmpty();
    var texts = trace.textAtMicros();
    assertThat(texts).isNotEmpty().hasSizeLessThanOrEqualTo(4).isSorted();
    assertThat(trace.ttftMillis()).isPositive();
    assertThat(texts.get(texts.size() - 1) - trace.sentAtMicros()).isGreaterThan(150_000);
  }

  @Test
  void shouldSendAtTheRateThatWasAskedFor() {
    var answered = new Arrivals(client, 2).run(200, Duration.ofSeconds(1));

    assertThat(answered.failures()).isEmpty();
    assertThat(answered.traces()).hasSizeBetween(120, 280);
    assertThat(answered.ttftMillis().count()).isEqualTo(answered.traces().size());
  }

  @Test
  void shouldTellWhyAnAnswerFailed() {
    server.close();

    var answered = new Arrivals(client, 2).run(20, Duration.ofMillis(300));

    assertThat(answered.traces()).isEmpty();
    assertThat(answered.failures()).isNotEmpty().allMatch(failure -> failure.contains("502"));
    assertThatThrownBy(() -> client.stream(1).join()).isInstanceOf(CompletionException.class);
  }

  @Test
  void shouldCancelInTheEngineWhenAClientThatReadNothingGoesAway() throws Exception {
    pace = new Pace(1000, 1000);
    try (var stalled = new StalledReaders(uri(), "m", 1_000_000)) {
      stalled.open();
      stalled.open();
      awaitRunning(2);
    }
    awaitRunning(0);
  }

  private void awaitRunning(int wanted) {
    var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (engine.statistics().running() != wanted) {
      assertThat(System.nanoTime())
          .as("%d run", engine.statistics().running())
          .isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
