package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.CHAT;
import static io.streamweir.support.GatewayClient.chat;
import static io.streamweir.support.GatewayClient.chatText;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.StreamweirClient;
import io.streamweir.client.keys.KeyStore;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.RequestKey;
import io.streamweir.support.Await;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.RawConnection;
import io.streamweir.support.Responder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Starts, stops, times out: each test with a gateway of its own. */
@ExtendWith(Cluster.Extension.class)
class GatewayLifecycleITCase {

  private final Cluster cluster;
  private final Responder responder;
  private final String id = UUID.randomUUID().toString();
  private final String withId = ",\"request_id\":\"" + id + "\"";

  GatewayLifecycleITCase(Cluster cluster) {
    this.cluster = cluster;
    this.responder = new Responder(cluster.options());
  }

  @AfterEach
  void close() {
    responder.close();
  }

  @Test
  void shouldListenAndSay503WhenKafkaIsNotThere() throws Exception {
    var settings = Map.of("kafka.bootstrap.servers", "127.0.0.1:1", "delivery.timeout", "200 ms");
    try (var gateway = GatewayServer.start(Gateways.config(cluster, settings))) {
      var client = new GatewayClient(gateway.url());
      Await.until(() -> client.get("/healthz").body().contains("127.0.0.1:1 does not answer"));

      assertThat(client.get("/healthz").statusCode()).isEqualTo(503);
      var response = client.post(CHAT, chat("counting", ""));
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
      assertThat(json(response).at("/error/code").asText()).isEqualTo("not_ready");
    }
  }

  @Test
  void shouldAnswer504AndCancelWhenNoTokenComes() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("first-token.timeout", "100 ms"))) {
      var client = new GatewayClient(gateway.url());

      var response = client.post(CHAT, chat("silent", withId + ",\"stream\":true"));

      assertThat(response.statusCode()).isEqualTo(504);
      assertThat(json(response).at("/error/message").asText()).contains("first-token.timeout");
      assertThat(responder.cancel(id).getReason()).contains("No token within");
    }
  }

  @Test
  void shouldEndAnOpenStreamAndCancelWhenNoFurtherTokenComes() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("next-token.timeout", "2 s"))) {
      var client = new GatewayClient(gateway.url());

      var response = client.post(CHAT, chat("endless", withId + ",\"stream\":true"));

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(chatText(response.body())).isEqualTo(Chunks.text(3));
      assertThat(response.body()).contains("next-token.timeout");
      assertThat(responder.cancel(id).getRequestId()).isEqualTo(id);
    }
  }

  @Test
  void shouldKeepASilentStreamAlive() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("keep-alive.interval", "100 ms"));
        var connection = new RawConnection(gateway.port())) {
      connection.post(CHAT, chat("endless", withId + ",\"stream\":true"));

      assertThat(connection.readUntil(": keep-alive")).contains("data:");
      responder.complete(responder.request(id), 5);
      assertThat(connection.readUntil("[DONE]")).contains("4 ");
    }
  }

  @Test
  void shouldDisconnectAClientThatReadsNothing() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("client.stalled-timeout", "100 ms"));
        var connection = new RawConnection(gateway.port())) {
      connection.post(CHAT, chat("counting", withId + ",\"stream\":true,\"max_tokens\":10000"));

      assertThat(responder.cancel(id).getReason()).contains("reads nothing");
      assertThat(connection.readUntil("[DONE]")).contains("data:").doesNotContain("[DONE]");
    }
  }

  @Test
  void shouldNotCancelWhenTheClientDisconnectsAndTheSettingSaysSo() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("disconnect.cancels", "false"));
        var other = StreamweirClient.connect(cluster.options())) {
      var client = new GatewayClient(gateway.url());
      try (var connection = new RawConnection(gateway.port())) {
        connection.post(CHAT, chat("endless", withId));
        responder.request(id);
      }
      Await.until(() -> json(client.get("/stats")).path("active_streams").asInt() == 0);
      other.cancel(new RequestKey("default", "marker-" + id), "marker");

      assertThat(responder.cancel("marker-" + id)).isNotNull();
      assertThat(responder.cancels()).extracting(ControlCommand::getRequestId).doesNotContain(id);
    }
  }

  @Test
  void shouldRefuseMoreThanTheLimitInFlight() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("active.limit", "1"))) {
      var client = new GatewayClient(gateway.url());
      var first = client.postAsync(CHAT, chat("endless", withId));
      var request = responder.request(id);

      var second = client.post(CHAT, chat("counting", ",\"stream\":true"));

      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(json(second).at("/error/message").asText()).contains("active.limit");
      responder.complete(request, 4);
      assertThat(Await.result(first).statusCode()).isEqualTo(200);
      assertThat(client.post(CHAT, chat("counting", "")).statusCode()).isEqualTo(200);
    }
  }

  /** Without keys anybody may say who he is, and each name costs an account. */
  @Test
  void shouldServeABoundedNumberOfTenantsThatNobodyHasSetUp() throws Exception {
    var setUp = "set-up-" + id;
    try (var gateway = Gateways.start(cluster, Map.of("tenants.others", "1"));
        var store = KeyStore.open(cluster.options(), InstantSource.system())) {
      var client = new GatewayClient(gateway.url());
      assertThat(models(client, "invented-1")).isEqualTo(200);
      assertThat(models(client, "invented-2")).isEqualTo(403);
      assertThat(models(client, "invented-1")).isEqualTo(200);
      assertThat(models(client, "default")).isEqualTo(200);
      assertThat(models(client, setUp)).isEqualTo(403);

      store.changeTenant(setUp, policy -> {});

      Await.until(() -> models(client, setUp) == 200);
    }
  }

  private static int models(GatewayClient client, String tenant) throws Exception {
    return client.send(client.request("/v1/models").header("X-Weir-Tenant", tenant)).statusCode();
  }

  @Test
  void shouldRefuseABodyThatDoesNotArriveInTime() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("receive.timeout", "100 ms"));
        var connection = new RawConnection(gateway.port())) {
      connection.send("POST " + CHAT + " HTTP/1.1\r\nHost: l\r\nContent-Length: 100\r\n\r\n{");

      assertThat(connection.readUntil("408")).startsWith("HTTP/1.1 408");
      assertThat(connection.readUntil("request_timeout")).contains("receive.timeout");
    }
  }

  /** A client that is as slow as it may be, so many times that it would be felt. */
  @Test
  void shouldCloseConnectionsThatSendAHeadByteByByteAndServeOthersMeanwhile() throws Exception {
    var slow = new ArrayList<RawConnection>();
    try (var gateway = Gateways.start(cluster, Map.of("connection.idle-timeout", "1 s"))) {
      var client = new GatewayClient(gateway.url());
      for (var i = 0; i < 300; i++) {
        var connection = new RawConnection(gateway.port());
        connection.send("POST " + CHAT + " HTTP/1.1\r\nHost: l\r\nX-Slow: ");
        slow.add(connection);
      }
      var open = new ArrayList<>(slow);
      Await.until(
          () -> {
            open.removeIf(GatewayLifecycleITCase::isClosed);
            assertThat(client.post(CHAT, chat("counting", "")).statusCode()).isEqualTo(200);
            return open.isEmpty();
          });
    } finally {
      for (var connection : slow) {
        connection.close();
      }
    }
  }

  /** A stream, and a connection between two requests, are not slow. */
  @Test
  void shouldKeepAConnectionWhileItHasARequest() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("connection.idle-timeout", "1 s"));
        var connection = new RawConnection(gateway.port());
        var neighbour = new RawConnection(gateway.port())) {
      connection.post(CHAT, chat("endless", withId + ",\"stream\":true"));
      var request = responder.request(id);
      // The neighbour sends nothing; when it is closed, more time than that has passed.
      assertThat(neighbour.readLine()).isNull();
      responder.complete(request, 4);
      assertThat(connection.readUntil("[DONE]")).contains("200 OK").contains("[DONE]");
    }
  }

  private static boolean isClosed(RawConnection connection) {
    try {
      connection.send("x");
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void shouldRefuseBodiesBeyondTheMemoryForThem() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("body.total-limit", "3 mb"))) {
      var client = new GatewayClient(gateway.url());
      var large = chat("counting", ",\"user\":\"" + "x".repeat(2 << 20) + "\"");
      // Whichever body comes first takes the memory, so this may need another try.
      Await.until(() -> refusedBesideAnUnfinishedBody(gateway, client, large));

      for (var i = 0; i < 5; i++) {
        Await.until(() -> client.post(CHAT, large).statusCode() == 200);
      }
    }
  }

  @Test
  void shouldRefuseToCollectAnswersBeyondTheMemoryForThem() throws Exception {
    try (var gateway = Gateways.start(cluster, Map.of("answer.total-limit", "8 kb"))) {
      var client = new GatewayClient(gateway.url());

      var refused = client.post(CHAT, chat("counting", withId + ",\"max_tokens\":2000"));

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("answer.total-limit", "Ask for a stream");
      assertThat(responder.cancel(id).getReason()).contains("answer.total-limit");
      // It is entered in the register of streams only when Kafka has it.
      Await.until(() -> client.get("/v1/streams/" + id).statusCode() != 404);
      assertThat(client.get("/v1/streams/" + id).statusCode()).isEqualTo(503);
      assertThat(
              chatText(
                  client
                      .post(CHAT, chat("counting", ",\"max_tokens\":2000,\"stream\":true"))
                      .body()))
          .isEqualTo(Chunks.text(2000));
      for (var i = 0; i < 20; i++) {
        assertThat(client.post(CHAT, chat("counting", ",\"max_tokens\":200")).statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void shouldLetOpenAnswersEndWhenItIsStopped() throws Exception {
    var gateway = Gateways.start(cluster, Map.of());
    var client = new GatewayClient(gateway.url());
    var pending = client.postAsync(CHAT, chat("endless", withId + ",\"stream\":true"));
    var request = responder.request(id);
    var stopped = CompletableFuture.runAsync(gateway::close);
    awaitRefusal(gateway);

    responder.complete(request, 9);

    assertThat(chatText(Await.result(pending).body())).isEqualTo(Chunks.text(9));
    Await.result(stopped);
  }

  @Test
  void shouldEndOpenAnswersWithAnErrorWhenTheyOutlastTheDrain() throws Exception {
    var gateway = Gateways.start(cluster, Map.of("drain.timeout", "200 ms"));
    var client = new GatewayClient(gateway.url());
    var pending = client.postAsync(CHAT, chat("endless", withId + ",\"stream\":true"));
    responder.request(id);

    gateway.close();

    assertThat(Await.result(pending).body()).contains("\"code\":\"stopping\"");
    assertThat(responder.cancel(id).getReason()).contains("being stopped");
  }

  private static boolean refusedBesideAnUnfinishedBody(
      GatewayServer gateway, GatewayClient client, String large) throws Exception {
    try (var connection = new RawConnection(gateway.port())) {
      connection.send("POST " + CHAT + " HTTP/1.1\r\nHost: l\r\nContent-Length: 4000000\r\n\r\n");
      connection.send("x".repeat(2 << 20));
      var response = client.post(CHAT, large);
      return response.statusCode() == 503 && response.body().contains("body.total-limit");
    }
  }

  /** Waits until the gateway takes no new connection. */
  private static void awaitRefusal(GatewayServer gateway) {
    assertThatThrownBy(
            () -> {
              while (true) {
                new RawConnection(gateway.port()).close();
              }
            })
        .isInstanceOf(IOException.class);
  }
}
