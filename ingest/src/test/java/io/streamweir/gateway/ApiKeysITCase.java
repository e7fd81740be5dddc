package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.CHAT;
import static io.streamweir.support.GatewayClient.chat;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.Responder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Cluster.Extension.class)
class ApiKeysITCase {

  private static final String KEYS =
      """
      {"keys": [
        {"name": "shop", "tenant": "shop", "models": ["counting"],
         "sha256": "%s"%s},
        {"name": "bank", "tenant": "bank",
         "sha256": "%s"}]}""";

  private final Cluster cluster;

  ApiKeysITCase(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void shouldServeTheHoldersOfKeysEachAsHisTenant(@TempDir Path directory) throws Exception {
    var file = directory.resolve("keys.json");
    write(file, "", 1);
    try (var responder = new Responder(cluster.options());
        var gateway = Gateways.start(cluster, Map.of("keys.file", file.toString()))) {
      var client = new GatewayClient(gateway.url());

      var answered = post(client, "Authorization", "Bearer shop-key", "counting");
      assertThat(answered.statusCode()).isEqualTo(200);
      var id = answered.headers().firstValue("x-request-id").orElseThrow();
      assertThat(responder.request(id).getTenant()).isEqualTo("shop");
      assertThat(post(client, "x-api-key", "bank-key", "counting").statusCode()).isEqualTo(200);

      assertRefused(client.post(CHAT, chat("counting", "")), 401, "invalid_api_key");
      assertRefused(post(client, "x-api-key", "wrong", "counting"), 401, "invalid_api_key");
      assertRefused(post(client, "x-api-key", "shop-key", "endless"), 403, "model_not_allowed");
      assertThat(client.get("/v1/models").statusCode()).isEqualTo(401);
      assertThat(client.get("/v1/streams/" + id).statusCode()).isEqualTo(401);
      assertThat(tokens(client, id, "shop-key")).isEqualTo(5);
      assertThat(tokens(client, id, "bank-key")).as("seen by another tenant").isZero();
      var borrowed = client.request(CHAT).header("x-api-key", "shop-key");
      assertRefused(
          client.send(
              borrowed
                  .header("X-Weir-Tenant", "bank")
                  .POST(BodyPublishers.ofString(chat("counting", "")))),
          403,
          "tenant_not_allowed");
      var message = client.request("/v1/messages").header("anthropic-version", "2023-06-01");
      var anthropic = client.send(message.POST(BodyPublishers.ofString("{}")));
      assertThat(anthropic.statusCode()).isEqualTo(401);
      assertThat(json(anthropic).at("/error/type").asText()).isEqualTo("authentication_error");

      write(file, ", \"disabled\": true", 2);
      Await.until(() -> post(client, "x-api-key", "shop-key", "counting").statusCode() == 401);
      assertThat(post(client, "x-api-key", "bank-key", "counting").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldNotStartWithAFileThatIsNoFileOfKeys(@TempDir Path directory) {
    var settings = Map.of("keys.file", directory.resolve("missing.json").toString());

    assertThatThrownBy(() -> GatewayServer.start(Gateways.config(cluster, settings)))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("missing.json (keys.file) cannot be read");
  }

  private static HttpResponse<String> post(
      GatewayClient client, String header, String value, String model) throws Exception {
    return client.send(
        client.request(CHAT).header(header, value).POST(BodyPublishers.ofString(chat(model, ""))));
  }

  private static int tokens(GatewayClient client, String id, String key) throws Exception {
    var request = client.request("/v1/streams/" + id).header("x-api-key", key).GET();
    return json(client.send(request)).path("tokens").asInt(-1);
  }

  private static void assertRefused(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).at("/error/code").asText()).isEqualTo(code);
  }

  private static void write(Path file, String more, long modifiedMs) throws Exception {
    Files.writeString(file, KEYS.formatted(sha256("shop-key"), more, sha256("bank-key")));
    Files.setLastModifiedTime(file, FileTime.fromMillis(modifiedMs));
  }

  private static String sha256(String key) throws Exception {
    var digest = java.security.MessageDigest.getInstance("SHA-256");
    return java.util.HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
  }
}
