package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.CHAT;
import static io.streamweir.support.GatewayClient.chat;
import static io.streamweir.support.GatewayClient.chatText;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.topics.TopicProvisioner;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.support.Await;
import io.streamweir.support.Chunks;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.RawConnection;
import io.streamweir.support.Responder;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away in the middle of a stream, and comes back. */
class BrokerRestartITCase {

  private static final String REGISTRY = "memory:broker-restart";

  @Test
  void shouldContinueAnOpenStreamWhenTheBrokerComesBack(@TempDir Path directory) throws Exception {
    var address = EmbeddedKafkaOptions.onFreePorts(directory);
    var broker = EmbeddedKafka.start(address);
    var options = ClientOptions.of(broker.bootstrapServers(), REGISTRY);
    try (var provisioner = new TopicProvisioner(options)) {
      provisioner.provisionFixed();
    }
    var settings =
        Map.of(
            "port",
            "0",
            "kafka.bootstrap.servers",
            broker.bootstrapServers(),
            "schema.registry.url",
            REGISTRY);
    try (var responder = new Responder(options);
        var gateway = GatewayServer.start(GatewaySettings.TABLE.parse(settings));
        var connection = new RawConnection(gateway.port())) {
      awaitStatus(gateway, 200);
      var id = UUID.randomUUID().toString();
      connection.post(CHAT, chat("endless", ",\"stream\":true,\"request_id\":\"" + id + "\""));
      var request = responder.request(id);
      var begin = connection.readUntil("2 ");

      broker.close();
      awaitStatus(gateway, 503);
      broker = EmbeddedKafka.start(address);
      awaitStatus(gateway, 200);
      responder.complete(request, 6);

      var events = (begin + connection.readUntil("[DONE]")).replaceAll("(?m)^(?!data:).*\n", "");
      assertThat(chatText(events.replace("\n", "\n\n"))).isEqualTo(Chunks.text(6));
    } finally {
      broker.close();
    }
  }

  private static void awaitStatus(GatewayServer gateway, int status) throws Exception {
    var client = new GatewayClient(gateway.url());
    Await.until(() -> client.get("/healthz").statusCode() == status);
  }
}
