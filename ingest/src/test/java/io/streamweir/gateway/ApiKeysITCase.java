package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.CHAT;
import static io.streamweir.support.GatewayClient.chat;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.keys.KeyStore;
import io.streamweir.client.keys.KeyStoreException;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.Quota;
import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.RawConnection;
import io.streamweir.support.Responder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two gateways that want keys, and whoever administrates these. */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiKeysITCase {

  private static final Quota NO_LIMITS = new Quota(null, null, null);
  private static final String STREAM = ",\"stream\":true";

  private final Responder responder;
  private final KeyStore store;
  private final List<GatewayServer> gateways;
  private final List<GatewayClient> clients;

  private final String tenant = "t" + UUID.randomUUID();

  ApiKeysITCase(Cluster cluster) throws Exception {
    responder = new Responder(cluster.options());
    store = KeyStore.open(cluster.options(), InstantSource.system());
    var settings = Map.of("keys.required", "true");
    gateways = List.of(Gateways.start(cluster, settings), Gateways.start(cluster, settings));
    clients = gateways.stream().map(gateway -> new GatewayClient(gateway.url())).toList();
  }

  @AfterAll
  void stop() {
    gateways.forEach(GatewayServer::close);
    store.close();
    responder.close();
  }

  @Test
  void shouldServeTheHoldersOfKeysEachAsHisTenant() throws Exception {
    var client = clients.get(0);
    var shop = key("shop", builder -> builder.setModels(List.of("counting")));
    var bank = key("bank", builder -> builder.setTenant("bank-" + tenant));
    awaitValid(bank);

    var answered = post(client, "Authorization", "Bearer " + shop, "counting");
    assertThat(answered.statusCode()).isEqualTo(200);
    var id = answered.headers().firstValue("x-request-id").orElseThrow();
    assertThat(responder.request(id).getTenant()).isEqualTo(tenant);
    assertThat(responder.request(id).getApiKey()).isEqualTo("shop");
    assertThat(post(client, "x-api-key", bank, "counting").statusCode()).isEqualTo(200);

    assertRefused(client.post(CHAT, chat("counting", "")), 401, "invalid_api_key");
    assertRefused(post(client, "x-api-key", "wrong", "counting"), 401, "invalid_api_key");
    assertRefused(post(client, "x-api-key", shop, "endless"), 403, "model_not_allowed");
    assertThat(client.get("/v1/models").statusCode()).isEqualTo(401);
    assertThat(client.get("/v1/streams/" + id).statusCode()).isEqualTo(401);
    assertThat(tokens(client, id, shop)).isEqualTo(5);
    assertThat(tokens(client, id, bank)).as("seen by another tenant").isZero();
    var borrowed = client.request(CHAT).header("x-api-key", shop).header("X-Weir-Tenant", "bank");
    assertRefused(
        client.send(borrowed.POST(BodyPublishers.ofString(chat("counting", "")))),
        403,
        "tenant_not_allowed");
    var message = client.request("/v1/messages").header("anthropic-version", "2023-06-01");
    var anthropic = client.send(message.POST(BodyPublishers.ofString("{}")));
    assertThat(anthropic.statusCode()).isEqualTo(401);
    assertThat(json(anthropic).at("/error/type").asText()).isEqualTo("authentication_error");
  }

  @Test
  void shouldRefuseAKeyOnEveryGatewayWhenItBecomesVoid() throws Exception {
    var disabled = key("disabled", builder -> {});
    var expired = key("expired", builder -> {});
    var deleted = key("deleted", builder -> {});
    var kept = key("kept", builder -> {});
    awaitValid(kept);

    store.change("disabled", Optional.of(tenant), builder -> builder.setDisabled(true));
    store.change("expired", Optional.of(tenant), builder -> builder.setExpiresAtMs(1L));
    store.delete("deleted", Optional.of(tenant));

    for (var client : clients) {
      for (var key : List.of(disabled, expired, deleted)) {
        Await.until(() -> post(client, "x-api-key", key, "counting").statusCode() == 401);
      }
      assertThat(post(client, "x-api-key", kept, "counting").statusCode()).isEqualTo(200);
    }
    store.change("disabled", Optional.of(tenant), builder -> builder.setDisabled(false));
    awaitValid(disabled);
  }

  @Test
  void shouldEndStreamsAndCancelRequestsWhenTheirKeyBecomesVoid() throws Exception {
    var revoked = key("revoked", builder -> {});
    var other = key("other", builder -> {});
    awaitValid(other);
    var client = clients.get(0);
    var whole = client.sendAsync(ask(client, revoked, "endless", ""));
    var kept = client.sendAsync(ask(client, other, "endless", STREAM + ",\"max_tokens\":4"));
    var keptId = arrived("other");
    try (var stream = new RawConnection(gateways.get(0).port())) {
      stream.post(CHAT, chat("endless", STREAM), "x-api-key: " + revoked);
      assertThat(stream.readUntil("data: ")).startsWith("HTTP/1.1 200 OK");
      var ids = List.of(arrived("revoked"), arrived("revoked"));

      store.change("revoked", Optional.of(tenant), builder -> builder.setDisabled(true));

      assertThat(stream.readUntil("[DONE]")).contains("invalid_api_key").contains("[DONE]");
      assertRefused(Await.result(whole), 401, "invalid_api_key");
      for (var id : ids) {
        assertThat(responder.cancel(id).getReason()).contains("key");
      }
    }
    responder.complete(responder.request(keptId), 4);
    assertThat(Await.result(kept).body()).doesNotContain("error").contains("[DONE]");
  }

  @Test
  void shouldSayWhatIsWrongWithAKeyThatCannotBe() throws Exception {
    key("taken", builder -> {});

    assertThatThrownBy(() -> key("taken", builder -> {}))
        .isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("has a key 'taken' already");
    assertThatThrownBy(() -> key("a/b", builder -> {})).hasMessageContaining("'a/b'");
    assertThatThrownBy(() -> key("k", builder -> builder.setQuota(new Quota(-1L, null, null))))
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> store.delete("nobody", Optional.empty()))
        .hasMessageContaining("no key 'nobody'");
    key("taken", builder -> builder.setTenant("two-" + tenant));
    assertThatThrownBy(() -> store.delete("taken", Optional.empty()))
        .hasMessageContaining("Say which is meant");
    assertThat(store.keys().toString()).doesNotContain("weir-");
  }

  private String key(String name, Consumer<ApiKey.Builder> more) {
    var builder = ApiKey.newBuilder().setName(name).setTenant(tenant).setQuota(NO_LIMITS);
    more.accept(builder);
    return store.create(builder);
  }

  /** What was written before it is known then, too. */
  private void awaitValid(String key) throws Exception {
    for (var client : clients) {
      Await.until(() -> post(client, "x-api-key", key, "counting").statusCode() == 200);
    }
  }

  private String arrived(String key) throws Exception {
    return responder
        .arrival(request -> key.equals(request.getApiKey()) && request.getModel().equals("endless"))
        .getRequestId();
  }

  private static HttpRequest.Builder ask(
      GatewayClient client, String key, String model, String more) {
    return client
        .request(CHAT)
        .header("x-api-key", key)
        .POST(BodyPublishers.ofString(chat(model, more)));
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
}
