package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.CHAT;
import static io.streamweir.support.GatewayClient.chat;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.client.keys.KeyStore;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.Quota;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.LogWriter;
import io.streamweir.support.Responder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a gateway refuses by itself, and how a refusal of the router looks. */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuotaITCase {

  private static final String REMAINING_TOKENS = "x-ratelimit-remaining-tokens";
  private static final String STREAM = ",\"stream\":true";

  private final Responder responder;
  private final LogWriter log;
  private final KeyStore store;
  private final GatewayServer gateway;
  private final GatewayClient client;
  private String tenant;

  QuotaITCase(Cluster cluster) throws Exception {
    responder = new Responder(cluster.options());
    log = new LogWriter(cluster.options());
    store = KeyStore.open(cluster.options(), InstantSource.system());
    gateway = Gateways.start(cluster, Map.of("keys.required", "true"));
    client = new GatewayClient(gateway.url());
  }

  @AfterAll
  void stop() {
    gateway.close();
    store.close();
    log.close();
    responder.close();
  }

  @BeforeEach
  void newTenant() {
    tenant = "t" + UUID.randomUUID();
  }

  @Test
  void shouldCountDownAndRefuseWithAStatusWhenATenantHasTakenItsRequests() throws Exception {
    limit(new Quota(4L, null, null));
    var key = key("k", new Quota(null, null, null));
    awaitLimits(key);

    for (var left = 3; left >= 0; left--) {
      var answer = post(key, "counting", left % 2 == 0 ? STREAM : "");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "x-ratelimit-limit-requests")).isEqualTo("4");
      assertThat(header(answer, "x-ratelimit-remaining-requests")).isEqualTo("" + left);
      assertThat(header(answer, "x-ratelimit-reset-requests")).matches("\\d+s");
      assertThat(answer.headers().firstValue("x-ratelimit-limit-tokens")).isEmpty();
    }
    for (var more : new String[] {"", STREAM}) {
      var refused = post(key, "counting", more);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(Long.parseLong(header(refused, "retry-after"))).isBetween(1L, 61L);
      assertThat(json(refused).at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
      assertThat(json(refused).at("/error/type").asText()).isEqualTo("rate_limit_error");
      assertThat(json(refused).at("/error/message").asText()).contains("4 requests in any minute");
    }
  }

  @Test
  void shouldCountEachChoiceAndTellTheScarcestOfTenantAndKey() throws Exception {
    limit(new Quota(1000L, 1000L, null));
    var unlimited = key("other", new Quota(null, null, null));
    var key = key("k", new Quota(3L, null, null));
    Await.until(() -> !header(post(unlimited, "counting", ""), REMAINING_TOKENS).isEmpty());

    var three = post(key, "counting", ",\"n\":3");

    assertThat(three.statusCode()).isEqualTo(200);
    assertThat(header(three, "x-ratelimit-limit-requests")).isEqualTo("3");
    assertThat(header(three, "x-ratelimit-remaining-requests")).isEqualTo("0");
    assertThat(header(three, "x-ratelimit-limit-tokens")).isEqualTo("1000");
    var refused = post(key, "counting", "");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(json(refused).at("/error/message").asText()).startsWith("API key k may take 3");
    assertThat(post(unlimited, "counting", "").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldHearOfWhatWasTakenElsewhere() throws Exception {
    limit(new Quota(1000L, 100L, null));
    var key = key("k", new Quota(null, null, null));
    Await.until(() -> !header(post(key, "counting", ""), REMAINING_TOKENS).isEmpty());
    var before = remainingRequests(post(key, "counting", ""));
    used("elsewhere-1", 30);
    used("elsewhere-2", 60);

    var own = new AtomicInteger();
    Await.until(
        () -> {
          own.incrementAndGet();
          return header(post(key, "counting", ""), REMAINING_TOKENS).equals("10");
        });

    assertThat(remainingRequests(post(key, "counting", ""))).isEqualTo(before - own.get() - 1 - 2);
    used("elsewhere-3", 10);
    Await.until(() -> post(key, "counting", "").statusCode() == 429);
    var refused = post(key, "counting", STREAM);
    assertThat(json(refused).at("/error/message").asText()).contains("100 tokens in any minute");
    assertThat(Long.parseLong(header(refused, "retry-after"))).isBetween(1L, 61L);
  }

  @Test
  void shouldRefuseWhatIsOneTooManyAtATimeUntilAnotherEnds() throws Exception {
    limit(new Quota(null, null, 1L));
    var key = key("k", new Quota(null, null, null));
    awaitLimits(key);
    var first = client.sendAsync(ask(key, "endless", STREAM));
    var running =
        responder.arrival(
            request -> request.getTenant().equals(tenant) && request.getModel().equals("endless"));

    var refused = post(key, "counting", STREAM);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(header(refused, "retry-after")).isEqualTo("1");
    assertThat(json(refused).at("/error/message").asText()).contains("1 requests at a time");

    responder.complete(running, 4);
    assertThat(Await.result(first).statusCode()).isEqualTo(200);
    assertThat(post(key, "counting", "").statusCode()).as("at once").isEqualTo(200);
  }

  @Test
  void shouldPassTheRoutersRefusalOnAsAStatusAlsoOfAStream() throws Exception {
    var key = key("k", new Quota(null, null, null));
    for (var more : new String[] {"", STREAM}) {
      var refused = post(key, "limited", more);

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(header(refused, "retry-after")).isEqualTo("18");
      assertThat(json(refused).at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
    }
  }

  @Test
  void shouldSayThatARefusalOfTheRouterStandsForItsIdempotencyKey() throws Exception {
    var key = key("k", new Quota(null, null, null));
    for (var time = 0; time < 2; time++) {
      var refused = client.send(ask(key, "limited", "").header("Idempotency-Key", "once"));

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(header(refused, "retry-after")).isEmpty();
      assertThat(json(refused).at("/error/message").asText()).contains("new Idempotency-Key");
    }
  }

  @Test
  void shouldRefuseAnIdOfTheClientsThatTheRouterHasSeen() throws Exception {
    var key = key("k", new Quota(null, null, null));
    var id = UUID.randomUUID().toString();
    var more = ",\"request_id\":\"" + id + "\"";

    var refused = post(key, "limited", more);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(header(refused, "retry-after")).isEmpty();
    assertThat(json(refused).at("/error/message").asText()).contains("new request_id");
    Await.until(() -> stream(key, id).statusCode() == 200);
    var streamed = client.send(see(key, id).header("Accept", "text/event-stream"));
    assertThat(streamed.statusCode()).isEqualTo(429);
    assertThat(header(streamed, "retry-after")).isEmpty();

    var again = post(key, "limited", more);

    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(json(again).at("/error/code").asText()).isEqualTo("duplicate_request_id");
    assertThat(responder.copies(id)).isEqualTo(1);
  }

  @Test
  void shouldNeitherCountAnAnswerThatIsGivenAgainNorRememberWhatItRefused() throws Exception {
    limit(new Quota(1L, null, null));
    var key = key("k", new Quota(null, null, null));
    awaitLimits(key);
    for (var time = 0; time < 2; time++) {
      var answer = client.send(ask(key, "counting", "").header("Idempotency-Key", "first"));
      assertThat(answer.statusCode()).isEqualTo(200);
    }

    var refused = client.send(ask(key, "counting", "").header("Idempotency-Key", "second"));

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Long.parseLong(header(refused, "retry-after"))).isBetween(1L, 61L);
    var id = header(refused, "x-request-id");
    assertThat(stream(key, id).statusCode()).as("it is not entered").isEqualTo(404);
  }

  private HttpResponse<String> stream(String key, String id) throws Exception {
    return client.send(see(key, id));
  }

  private HttpRequest.Builder see(String key, String id) {
    return client.request("/v1/streams/" + id).header("x-api-key", key).GET();
  }

  /** So many at once are refused, and do not count, as soon as there is a limit. */
  private void awaitLimits(String key) throws Exception {
    Await.until(() -> post(key, "counting", ",\"n\":16").statusCode() == 400);
  }

  private void limit(Quota quota) {
    store.changeTenant(tenant, policy -> policy.setQuota(quota));
  }

  /** The gateway knows it, and whatever was written before it. */
  private String key(String name, Quota quota) throws Exception {
    var key = store.create(ApiKey.newBuilder().setName(name).setTenant(tenant).setQuota(quota));
    Await.until(
        () ->
            client.send(client.request("/v1/models").header("x-api-key", key).GET()).statusCode()
                == 200);
    return key;
  }

  private void used(String id, int tokens) {
    var usage =
        UsageRecord.newBuilder()
            .setRequestId(id)
            .setTenant(tenant)
            .setDeployment("elsewhere")
            .setStatus(ResultStatus.COMPLETED)
            .setUsage(
                TokenUsage.newBuilder().setPromptTokens(tokens - 5).setCompletionTokens(5).build())
            .setFinishedAtMs(System.currentTimeMillis())
            .build();
    log.byKey(Topics.USAGE.name(), new RequestKey(tenant, id), usage);
    log.flush();
  }

  private static int remainingRequests(HttpResponse<String> response) {
    return Integer.parseInt(header(response, "x-ratelimit-remaining-requests"));
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private HttpResponse<String> post(String key, String model, String more) throws Exception {
    return client.send(ask(key, model, more));
  }

  private HttpRequest.Builder ask(String key, String model, String more) {
    return client
        .request(CHAT)
        .header("x-api-key", key)
        .POST(BodyPublishers.ofString(chat(model, more)));
  }
}
