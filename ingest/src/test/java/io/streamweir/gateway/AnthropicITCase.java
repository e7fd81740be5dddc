package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.eventTypes;
import static io.streamweir.support.GatewayClient.events;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.Responder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnthropicITCase {

  private static final String MESSAGES = "/v1/messages";

  private final Responder responder;
  private final GatewayServer gateway;
  private final GatewayClient client;

  AnthropicITCase(Cluster cluster) throws Exception {
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
  void shouldAnswerAMessageAtOnceWhenItIsNotStreamed() throws Exception {
    var response = post("counting", 3, "");

    assertThat(response.statusCode()).isEqualTo(200);
    var message = json(response);
    var id = response.headers().firstValue("x-request-id").orElseThrow();
    assertThat(message.path("id").asText()).isEqualTo("msg_" + id);
    assertThat(message.path("type").asText()).isEqualTo("message");
    assertThat(message.at("/content/0/text").asText()).isEqualTo("0 1 2 ");
    assertThat(message.path("stop_reason").asText()).isEqualTo("max_tokens");
    assertThat(message.at("/usage/input_tokens").asInt()).isEqualTo(7);
    assertThat(message.at("/usage/output_tokens").asInt()).isEqualTo(3);
  }

  @Test
  void shouldStreamAMessageAsTypedEvents() throws Exception {
    var body = post("counting", 2, ",\"stream\":true").body();

    assertThat(eventTypes(body))
        .containsExactly(
            "message_start",
            "content_block_start",
            "ping",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    assertThat(text(body)).isEqualTo(Chunks.text(2));
  }

  @Test
  void shouldPutTheSystemPromptAndTheStopSequencesIntoTheEvent() throws Exception {
    var more = ",\"system\":\"be brief\",\"stop_sequences\":[\"END\"]";

    var id = post("counting", 2, more).headers().firstValue("x-request-id").orElseThrow();

    var request = responder.request(id);
    assertThat(request.getMessages().get(0).getRole()).isEqualTo("system");
    assertThat(request.getMessages().get(0).getContent()).isEqualTo("be brief");
    assertThat(request.getSampling().getStop()).containsExactly("END");
  }

  @Test
  void shouldRefuseInAnthropicsForm() throws Exception {
    assertError(post("rejected", 2, ""), 404, "not_found_error", "No deployment serves it");
    assertError(
        post("counting", 2, ",\"tools\":[{\"name\":\"f\",\"type\":\"web_search_20250305\"}]"),
        400,
        "invalid_request_error",
        "no tools on the server");
    assertError(client.get(MESSAGES), 405, "invalid_request_error", "answers to POST");
    var unversioned = client.post(MESSAGES, body("counting", 2, ""));
    assertError(unversioned, 400, "invalid_request_error", "anthropic-version is missing");
    var request = client.request(MESSAGES).header("anthropic-version", "2023-01-01");
    var outdated = client.send(request.POST(BodyPublishers.ofString(body("counting", 2, ""))));
    assertError(outdated, 400, "invalid_request_error", "2023-06-01 or later");
  }

  @Test
  void shouldEndAnOpenStreamWithAnErrorEventWhenTheEngineFails() throws Exception {
    var body = post("failing", 5, ",\"stream\":true").body();

    assertThat(text(body)).isEqualTo("0 1 2 ");
    assertThat(eventTypes(body)).last().isEqualTo("error");
    var error = json(events(body).get(events(body).size() - 1));
    assertThat(error.at("/error/type").asText()).isEqualTo("api_error");
  }

  private HttpResponse<String> post(String model, int maxTokens, String more) throws Exception {
    return client.send(
        client
            .request(MESSAGES)
            .header("anthropic-version", "2023-06-01")
            .POST(BodyPublishers.ofString(body(model, maxTokens, more))));
  }

  private static String body(String model, int maxTokens, String more) {
    return "{\"model\":\""
        + model
        + "\",\"max_tokens\":"
        + maxTokens
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
        + more
        + "}";
  }

  private static String text(String body) {
    var text = new StringBuilder();
    events(body).forEach(event -> text.append(json(event).at("/delta/text").asText("")));
    return text.toString();
  }

  private static void assertError(
      HttpResponse<String> response, int status, String type, String message) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).path("type").asText()).isEqualTo("error");
    assertThat(json(response).at("/error/type").asText()).isEqualTo(type);
    assertThat(json(response).at("/error/message").asText()).contains(message);
  }
}
