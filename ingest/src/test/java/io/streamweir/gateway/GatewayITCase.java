package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.CHAT;
import static io.streamweir.support.GatewayClient.COMPLETIONS;
import static io.streamweir.support.GatewayClient.chat;
import static io.streamweir.support.GatewayClient.chatText;
import static io.streamweir.support.GatewayClient.events;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.catalogue.DeploymentCatalogue;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.support.Await;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.RawConnection;
import io.streamweir.support.Responder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayITCase {

  private final Cluster cluster;
  private final Responder responder;
  private final GatewayServer gateway;
  private final GatewayClient client;

  GatewayITCase(Cluster cluster) throws Exception {
    this.cluster = cluster;
    this.responder = new Responder(cluster.options());
    this.gateway = Gateways.start(cluster, Map.of());
    this.client = new GatewayClient(gateway.url());
  }

  @AfterAll
  void stop() {
    gateway.close();
    responder.close();
  }

  @Test
  void shouldServeAPageThatNeedsNothingElse() throws Exception {
    var page = client.get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'");
    assertThat(page.body()).contains("/v1/chat/completions").doesNotContain("http://", "https://");
  }

  @Test
  void shouldSayThatAModelCannotWhatNoEngineCan() throws Exception {
    for (var route : List.of("/v1/embeddings", "/v1/rerank")) {
      var refused = client.post(route, "{\"model\":\"counting\",\"input\":\"x\"}");
      assertThat(refused.statusCode()).isEqualTo(404);
      assertThat(json(refused).at("/error/code").asText()).isEqualTo("model_not_found");
      assertThat(json(refused).at("/error/param").asText()).isEqualTo("model");
      assertThat(client.post(route, "{}").statusCode()).isEqualTo(400);
      assertThat(client.post(route, "{").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void shouldAnswerAChatAtOnceWhenItIsNotStreamed() throws Exception {
    var response = client.post(CHAT, chat("counting", ",\"max_tokens\":3"));

    assertThat(response.statusCode()).isEqualTo(200);
    var answer = json(response);
    var id = response.headers().firstValue("x-request-id").orElseThrow();
    assertThat(answer.path("id").asText()).isEqualTo("chatcmpl-" + id);
    assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.path("model").asText()).isEqualTo("counting");
    assertThat(answer.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("0 1 2 ");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(7);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(10);
  }

  @Test
  void shouldStreamAChatAsEvents() throws Exception {
    var response = client.post(CHAT, chat("counting", ",\"stream\":true"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
    var events = events(response.body());
    assertThat(json(events.get(0)).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(json(events.get(0)).path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(chatText(response.body())).isEqualTo(Chunks.text(5));
    var beforeLast = json(events.get(events.size() - 2));
    assertThat(beforeLast.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(beforeLast.has("usage")).isFalse();
    assertThat(events).last().isEqualTo("[DONE]");
  }

  @Test
  void shouldEndAStreamWithTheUsageWhenItIsAskedFor() throws Exception {
    var body = chat("counting", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

    var events = events(client.post(CHAT, body).body());

    var last = json(events.get(events.size() - 2));
    assertThat(last.path("choices").isArray()).isTrue();
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(5);
    assertThat(json(events.get(0)).path("usage").isNull()).isTrue();
  }

  @Test
  void shouldServeCompletionsStreamedAndWhole() throws Exception {
    var body = "{\"model\":\"counting\",\"prompt\":\"p\",\"max_tokens\":4,\"stream\":%s}";

    var whole = json(client.post(COMPLETIONS, body.formatted(false)));
    var events = events(client.post(COMPLETIONS, body.formatted(true)).body());

    assertThat(whole.path("object").asText()).isEqualTo("text_completion");
    assertThat(whole.path("id").asText()).startsWith("cmpl-");
    assertThat(whole.at("/choices/0/text").asText()).isEqualTo("0 1 2 3 ");
    var text = new StringBuilder();
    events
        .subList(0, events.size() - 1)
        .forEach(event -> text.append(json(event).at("/choices/0/text").asText()));
    assertThat(text.toString()).isEqualTo("0 1 2 3 ");
  }

  @Test
  void shouldPutEverythingOfTheBodyIntoTheEvent() throws Exception {
    var id = id();
    var body =
        chat(
            "counting",
            ",\"request_id\":\""
                + id
                + "\",\"temperature\":0.5,\"top_p\":0.9,\"top_k\":-1,\"seed\":42,\"stop\":\"END\","
                + "\"stop_token_ids\":[7],\"ignore_eos\":true,\"max_completion_tokens\":2,"
                + "\"offline\":true,\"priority\":-3,\"ttft_slo_ms\":100,\"tpot_slo_ms\":20,"
                + "\"ttlt_slo_ms\":900,\"user\":\"u1\",\"metadata\":{\"k\":\"v\"},"
                + "\"chat_template_kwargs\":{\"enable_thinking\":false}");

    var response =
        client.send(
            client
                .request(CHAT)
                .header("X-Weir-Tenant", "shop")
                .POST(BodyPublishers.ofString(body)));

    assertThat(response.statusCode()).isEqualTo(200);
    var request = responder.request(id);
    assertThat(request.getTenant()).isEqualTo("shop");
    assertThat(request.getOffline()).isTrue();
    assertThat(request.getPriority()).isEqualTo(-3);
    assertThat(request.getTtftSloMs()).isEqualTo(100);
    assertThat(request.getTpotSloMs()).isEqualTo(20);
    assertThat(request.getTtltSloMs()).isEqualTo(900);
    assertThat(request.getMetadata()).containsOnly(Map.entry("user", "u1"), Map.entry("k", "v"));
    assertThat(request.getChatTemplateKwargs()).containsOnly(Map.entry("enable_thinking", "false"));
    assertThat(request.getCreatedAtMs()).isPositive();
    var sampling = request.getSampling();
    assertThat(sampling.getMaxTokens()).isEqualTo(2);
    assertThat(sampling.getTemperature()).isEqualTo(0.5);
    assertThat(sampling.getTopP()).isEqualTo(0.9);
    assertThat(sampling.getTopK()).isZero();
    assertThat(sampling.getSeed()).isEqualTo(42);
    assertThat(sampling.getStop()).containsExactly("END");
    assertThat(sampling.getStopTokenIds()).containsExactly(7);
    assertThat(sampling.getIgnoreEos()).isTrue();
  }

  @Test
  void shouldAnswerWithTheStatusOfTheRejectAlsoWhenAStreamWasAskedFor() throws Exception {
    for (var stream : List.of("false", "true")) {
      var response = client.post(CHAT, chat("rejected", ",\"stream\":" + stream));

      assertThat(response.statusCode()).as("stream %s", stream).isEqualTo(404);
      assertThat(response.headers().firstValue("content-type").orElseThrow())
          .startsWith("application/json");
      assertThat(response.headers().firstValue("x-request-id")).isPresent();
      var error = json(response).path("error");
      assertThat(error.path("code").asText()).isEqualTo("model_not_found");
      assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
      assertThat(error.path("param").asText()).isEqualTo("model");
      assertThat(error.path("message").asText()).isEqualTo("No deployment serves it.");
    }
  }

  @Test
  void shouldEndAnOpenStreamWithAnErrorEventWhenTheEngineFails() throws Exception {
    var response = client.post(CHAT, chat("failing", ",\"stream\":true"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(chatText(response.body())).isEqualTo("0 1 2 ");
    var events = events(response.body());
    assertThat(json(events.get(events.size() - 2)).at("/error/code").asText())
        .isEqualTo("engine_error");
  }

  @Test
  void shouldAnswer500WhenTheEngineFailsInTheMiddleOfAWholeAnswer() throws Exception {
    var response = client.post(CHAT, chat("failing", ""));

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(json(response).at("/error/type").asText()).isEqualTo("server_error");
  }

  @Test
  void shouldEndAStreamWithAnErrorWhenTokensAreMissing() throws Exception {
    var body = client.post(CHAT, chat("broken", ",\"stream\":true")).body();

    assertThat(chatText(body)).isEqualTo("0 1 2 ");
    assertThat(body).contains("stream_broken").contains("tokens 3 to 4 are missing");
  }

  @Test
  void shouldStartOverWhenTheLogDoesAndNothingWasSent() throws Exception {
    var whole = client.post(CHAT, chat("restarting", ""));
    var streamed = client.post(CHAT, chat("restarting", ",\"stream\":true"));

    assertThat(json(whole).at("/choices/0/message/content").asText()).isEqualTo(Chunks.text(5));
    assertThat(streamed.body()).contains("stream_reset");
  }

  @Test
  void shouldReportACancelledRequest() throws Exception {
    var id = id();
    var pending = client.postAsync(CHAT, chat("endless", ",\"request_id\":\"" + id + "\""));
    responder.end(responder.request(id), "cancelled");

    var response = Await.result(pending);
    assertThat(response.statusCode()).isEqualTo(499);
    assertThat(json(response).at("/error/code").asText()).isEqualTo("cancelled");
  }

  @Test
  void shouldCancelTheRequestWhenItsClientDisconnects() throws Exception {
    for (var stream : List.of("false", "true")) {
      var id = id();
      var more = ",\"request_id\":\"" + id + "\",\"stream\":" + stream;
      try (var connection = new RawConnection(gateway.port())) {
        connection.post(CHAT, chat("endless", more));
        responder.request(id);
        if (stream.equals("true")) {
          connection.readUntil("data:");
        }
      }

      var command = responder.cancel(id);
      assertThat(command.getReason()).contains("disconnected");
      assertThat(command.getTenant()).isEqualTo("default");
    }
  }

  @Test
  void shouldCancelEveryChoiceWhenTheClientDisconnects() throws Exception {
    var id = id();
    try (var connection = new RawConnection(gateway.port())) {
      connection.post(CHAT, chat("endless", ",\"n\":2,\"request_id\":\"" + id + "\""));
      responder.request(id);
      responder.request(id + ".1");
    }

    Await.until(
        () ->
            responder.cancels().stream()
                .map(ControlCommand::getRequestId)
                .toList()
                .containsAll(List.of(id, id + ".1")));
  }

  @Test
  void shouldRefuseARequestIdThatIsInFlight() throws Exception {
    var id = id();
    var body = chat("endless", ",\"request_id\":\"" + id + "\"");
    var first = client.postAsync(CHAT, body);
    var request = responder.request(id);

    var second = client.post(CHAT, body);

    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(json(second).at("/error/code").asText()).isEqualTo("duplicate_request_id");
    responder.complete(request, 4);
    assertThat(Await.result(first).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldServeItsNeighboursWhileOneClientReadsNothing() throws Exception {
    var tokens = 10_000;
    try (var stalled = new RawConnection(gateway.port())) {
      stalled.post(CHAT, chat("counting", ",\"stream\":true,\"max_tokens\":" + tokens));

      for (var i = 0; i < 5; i++) {
        assertThat(chatText(client.post(CHAT, chat("counting", ",\"stream\":true")).body()))
            .isEqualTo(Chunks.text(5));
      }
      // The stalled one is still open.
      Await.until(() -> json(client.get("/stats")).path("active_streams").asInt() == 1);

      var body = stalled.readUntil("[DONE]").replaceAll("(?m)^(?!data:).*$", "");
      assertThat(chatText(body.replaceAll("\n+", "\n\n").strip())).isEqualTo(Chunks.text(tokens));
    }
  }

  @Test
  void shouldServeTwoHundredStreamsAtOnce() throws Exception {
    var pending = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var i = 0; i < 200; i++) {
      var more = ",\"stream\":true,\"max_tokens\":" + (10 + i);
      pending.add(client.postAsync(CHAT, chat("counting", more)));
    }
    for (var i = 0; i < pending.size(); i++) {
      var response = Await.result(pending.get(i));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(chatText(response.body())).isEqualTo(Chunks.text(10 + i));
    }
  }

  @Test
  void shouldNameWhatIsWrongWithABody() throws Exception {
    assertError(client.post(CHAT, "{\"model\": "), 400, "invalid_json", "is not valid JSON");
    assertError(client.post(CHAT, ""), 400, "invalid_json", "it is empty");
    assertError(client.post(CHAT, "[]"), 400, "invalid_request", "must be a JSON object");
    assertError(
        client.post(CHAT, chat("counting", ",\"store\":true")),
        400,
        "unsupported_parameter",
        "'store' is true");
    var latin1 = BodyPublishers.ofByteArray(new byte[] {'{', '"', (byte) 0xe9, '"', '}'});
    assertError(client.post(CHAT, latin1), 400, "invalid_text", "byte at offset 2");
    assertError(
        client.send(
            client
                .request(CHAT)
                .header("X-Weir-Tenant", "a/b")
                .POST(BodyPublishers.ofString(chat("counting", "")))),
        400,
        "invalid_request",
        "X-Weir-Tenant");
  }

  @Test
  void shouldRefuseABodyThatIsTooLarge() throws Exception {
    var body = "x".repeat(10 << 20);

    assertError(client.post(CHAT, body), 413, "prompt_too_large", "at most 4194304");
    var unannounced = BodyPublishers.fromPublisher(BodyPublishers.ofString(body));
    assertError(client.post(CHAT, unannounced), 413, "prompt_too_large", "at most 4194304");
  }

  @Test
  void shouldRefuseABodyThatFitsTheGatewayButNoRecord() throws Exception {
    var prompt = "x".repeat((4 << 20) - 200);

    assertError(
        client.post(COMPLETIONS, "{\"model\":\"counting\",\"prompt\":\"" + prompt + "\"}"),
        413,
        "prompt_too_large",
        "the topic takes at most");
  }

  @Test
  void shouldSayThatARouteDoesNotExist() throws Exception {
    assertError(client.get("/v2/nothing"), 404, "not_found", "There is no GET /v2/nothing");
    var wrongMethod = client.get(CHAT);
    assertError(wrongMethod, 405, "method_not_allowed", "answers to POST");
    assertThat(wrongMethod.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void shouldSayThatAQueryIsNotEncodedAsItShouldBe() throws Exception {
    for (var path : List.of("/v1/files?order=%zz", "/v1/batches?limit=%", "/v1/files?purpose=%1")) {
      try (var connection = new RawConnection(gateway.port())) {
        connection.send("GET " + path + " HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n");

        assertThat(connection.readUntil("HTTP/1.1")).startsWith("HTTP/1.1 400");
        assertThat(connection.readUntil("error")).contains("not percent-encoded text");
      }
    }
  }

  @Test
  void shouldListTheModelsOfTheCatalogue() throws Exception {
    try (var catalogue = DeploymentCatalogue.open(cluster.options())) {
      Await.result(
          catalogue.put(
              Deployment.newBuilder()
                  .setName("served")
                  .setModel("served/model")
                  .setModelPath("/m")
                  .setMaxModelLen(512)
                  .setState(DeploymentState.READY)
                  .build()));
    }
    Await.until(() -> client.get("/v1/models/served/model").statusCode() == 200);

    var list = json(client.get("/v1/models"));
    assertThat(list.path("object").asText()).isEqualTo("list");
    assertThat(list.path("data").findValuesAsText("id")).contains("served/model");
    var one = json(client.get("/v1/models/served%2Fmodel"));
    assertThat(one.path("max_model_len").asInt()).isEqualTo(512);
    assertError(client.get("/v1/models/nope"), 404, "model_not_found", "'nope'");
  }

  @Test
  void shouldTellItsHealthAndItsStatistics() throws Exception {
    client.post(CHAT, chat("counting", ",\"stream\":true"));

    assertThat(client.get("/healthz").statusCode()).isEqualTo(200);
    var stats = json(client.get("/stats"));
    assertThat(stats.at("/added_ttft_ms/count").asInt()).isPositive();
    assertThat(stats.at("/added_ttft_ms/p99").asDouble()).isPositive();
    assertThat(stats.at("/added_itl_ms/count").asInt()).isGreaterThanOrEqualTo(4);
    assertThat(stats.at("/answers/200").asInt()).isPositive();
    assertThat(client.get("/metrics").body())
        .contains(
            "weir_gateway_answers_seconds_count{route=\"/v1/chat/completions\",status=\"200\"}")
        .contains("weir_gateway_ready 1.0");
    assertThat(client.get("/livez").statusCode()).isEqualTo(200);
    assertThat(client.get("/readyz").statusCode()).isEqualTo(200);
    assertThat(json(client.get("/openapi.json")).path("openapi").asText()).startsWith("3.1");
    client.send(client.request("/stats").DELETE());
    assertThat(json(client.get("/stats")).at("/added_ttft_ms/count").asInt()).isZero();
  }

  @Test
  void shouldSayWhichPortIsTaken() {
    assertThatThrownBy(
            () ->
                GatewayServer.start(
                    Gateways.config(cluster, Map.of("port", Integer.toString(gateway.port())))))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + gateway.port());
  }

  private static void assertError(
      HttpResponse<String> response, int status, String code, String message) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    var error = json(response).path("error");
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("message").asText()).contains(message);
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
