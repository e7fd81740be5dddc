package io.streamweir.gateway;

import static io.streamweir.support.GatewayClient.CHAT;
import static io.streamweir.support.GatewayClient.chat;
import static io.streamweir.support.GatewayClient.chatText;
import static io.streamweir.support.GatewayClient.eventIds;
import static io.streamweir.support.GatewayClient.events;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.client.StreamPlace;
import io.streamweir.client.StreamweirClient;
import io.streamweir.client.register.StreamRegister;
import io.streamweir.gateway.streams.RequestIds;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.StreamEntry;
import io.streamweir.schemas.Topics;
import io.streamweir.support.Await;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.LogReader;
import io.streamweir.support.LogWriter;
import io.streamweir.support.RawConnection;
import io.streamweir.support.Responder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client can rely on when its connection, or the gateway behind it, does not last. */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DurableStreamITCase {

  private static final String STREAMS = "/v1/streams/";

  private final Cluster cluster;
  private final Responder responder;
  private final GatewayServer gateway;
  private final GatewayServer otherGateway;
  private final GatewayClient client;
  private final GatewayClient other;

  DurableStreamITCase(Cluster cluster) throws Exception {
    this.cluster = cluster;
    this.responder = new Responder(cluster.options());
    this.gateway = Gateways.start(cluster, Map.of("client.id", "one"));
    this.otherGateway = Gateways.start(cluster, Map.of("client.id", "three"));
    this.client = new GatewayClient(gateway.url());
    this.other = new GatewayClient(otherGateway.url());
  }

  @AfterAll
  void stop() {
    gateway.close();
    otherGateway.close();
    responder.close();
  }

  @Test
  void shouldResumeADroppedStreamOnAnotherGateway() throws Exception {
    String head;
    try (var connection = new RawConnection(gateway.port())) {
      connection.post(CHAT, chat("endless", ",\"stream\":true,\"cancel_on_disconnect\":false"));
      head = connection.readUntil("2 ");
    }
    var requestId = idOf(head);
    var lastEvent = eventIds(head).get(eventIds(head).size() - 1);

    var resumed = replayAsync(other, requestId, lastEvent);
    responder.complete(responder.request(requestId), 6);

    var body = Await.result(resumed).body();
    assertThat(Chunks.text(3) + chatText(body)).isEqualTo(Chunks.text(6));
    assertThat(events(body)).last().isEqualTo("[DONE]");
    assertThat(eventIds(body)).first().isEqualTo("4-8");
  }

  @Test
  void shouldReplayAStreamThatHasEndedFromItsStartOnAnyGateway() throws Exception {
    var first = client.post(CHAT, chat("counting", ",\"stream\":true"));
    var id = idOf(first);

    for (var gateway : new GatewayClient[] {client, other}) {
      var again = Await.result(replayAsync(gateway, id, null));

      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(chatText(again.body())).isEqualTo(Chunks.text(5));
      assertThat(eventIds(again.body())).isEqualTo(eventIds(first.body()));
      assertThat(json(events(again.body()).get(0)).path("id").asText()).isEqualTo("chatcmpl-" + id);
    }
  }

  @Test
  void shouldGoOnBehindAnyEventOfAnAnswerWithToolCalls() throws Exception {
    var events = Map.of("chat", 8, "messages", 8, "text", 7, "responses", 6);
    for (var protocol : events.keySet()) {
      var id = idOf(client.post(CHAT, chat("calling", ",\"stream\":true")));
      var path = STREAMS + id + "?protocol=" + protocol + "&stream=true";
      var whole = client.get(path).body();
      var ids = eventIds(whole);
      assertThat(ids).as("events of %s", protocol).doesNotHaveDuplicates();
      assertThat(ids).hasSize(events.get(protocol));
      for (var lastEvent : ids) {
        var resumed =
            other.send(other.request(path).header("Last-Event-ID", lastEvent).GET()).body();

        assertThat(resumed)
            .as("behind %s of %s", lastEvent, protocol)
            .isEqualTo(behind(whole, lastEvent));
      }
    }
  }

  /**
   * Its events are numbered, and the last ones repeat the text: all of it is as if nothing broke.
   */
  @Test
  void shouldResumeAResponseOnAnotherGatewayWhileItRuns() throws Exception {
    var body = "{\"model\":\"endless\",\"input\":\"hi\",\"stream\":true%s}";
    String head;
    try (var connection = new RawConnection(gateway.port())) {
      connection.post("/v1/responses", body.formatted(",\"cancel_on_disconnect\":false"));
      head = connection.readUntil("\"delta\":\"2 \"");
    }
    var id = idOf(head);
    assertThat(eventIds(head)).last().isEqualTo("3-6");

    var resumed = replayAsync(other, id, "3-6");
    responder.complete(responder.request(id), 5);

    var events = events(Await.result(resumed).body()).stream().map(GatewayClient::json).toList();
    assertThat(events)
        .extracting(event -> event.path("sequence_number").asInt())
        .containsExactly(7, 8, 9, 10, 11, 12);
    assertThat(events)
        .extracting(event -> event.path("delta").asText())
        .startsWith("3 ", "4 ")
        .endsWith("", "", "", "");
    var last = events.get(events.size() - 1);
    assertThat(last.path("type").asText()).isEqualTo("response.completed");
    assertThat(last.at("/response/output/0/content/0/text").asText()).isEqualTo(Chunks.text(5));
  }

  @Test
  void shouldNumberTheEventsOfAResponseInTheirOrder() throws Exception {
    for (var model : List.of("saying", "calling")) {
      var body = "{\"model\":\"" + model + "\",\"input\":\"hi\",\"stream\":true}";

      var events = events(client.post("/v1/responses", body).body());

      assertThat(events)
          .extracting(event -> json(event).path("sequence_number").asInt())
          .containsExactlyElementsOf(IntStream.range(0, events.size()).boxed().toList());
      assertThat(json(events.get(0)).path("type").asText()).isEqualTo("response.created");
    }
  }

  @Test
  void shouldResumeAResponseUnderItsKey() throws Exception {
    var ask =
        other
            .request("/v1/responses")
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .POST(
                BodyPublishers.ofString(
                    "{\"model\":\"counting\",\"input\":\"hi\",\"stream\":true}"));
    var whole = other.send(ask).body();

    var rest = other.send(ask.header("Last-Event-ID", eventIds(whole).get(1))).body();

    assertThat(rest).isEqualTo(behind(whole, eventIds(whole).get(1)));
  }

  @Test
  void shouldOpenAStreamWithNothingToSayYetSoThatItIsKeptAlive() throws Exception {
    try (var connection = new RawConnection(gateway.port())) {
      connection.post(
          "/v1/responses", "{\"model\":\"pondering\",\"input\":\"hi\",\"stream\":true}");

      assertThat(connection.readUntil("event: response.in_progress"))
          .contains("HTTP/1.1 200", "event: response.created")
          .doesNotContain("Hm");
    }
  }

  private static String behind(String events, String id) {
    var at = events.indexOf("id: " + id + "\n");
    return events.substring(events.indexOf("\n\n", at) + 2);
  }

  @Test
  void shouldFindTheStreamOfARequestWhoseIdTheClientChose() throws Exception {
    var id = UUID.randomUUID().toString();
    client.post(CHAT, chat("counting", ",\"request_id\":\"" + id + "\""));

    Await.until(() -> other.get(STREAMS + id).statusCode() == 200);
    var state = json(other.get(STREAMS + id));
    assertThat(state.path("status").asText()).isEqualTo("completed");
    assertThat(state.at("/response/model").asText()).isEqualTo("counting");
    assertThat(state.at("/response/choices/0/message/content").asText()).isEqualTo(Chunks.text(5));
  }

  @Test
  void shouldGiveTheSameAnswerWhenARequestComesAgainUnderItsKey() throws Exception {
    var key = UUID.randomUUID().toString();
    var body = chat("counting", ",\"stream\":true");

    var first = post(client, key, body);
    var again = post(client, key, body);
    var elsewhere = post(other, key, body);

    assertThat(chatText(first.body())).isEqualTo(Chunks.text(5));
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(elsewhere.body()).isEqualTo(first.body());
    assertThat(idOf(elsewhere)).isEqualTo(idOf(first));
    assertThat(responder.copies(idOf(first))).isEqualTo(1);
  }

  @Test
  void shouldAttachToTheSameStreamWhileItRuns() throws Exception {
    var key = UUID.randomUUID().toString();
    var id = RequestIds.ofIdempotencyKey(CHAT, key);
    var first = postAsync(client, key, chat("endless", ""));
    var request = responder.request(id);

    var second = postAsync(other, key, chat("endless", ""));
    var third = postAsync(client, key, chat("endless", ""));
    Await.until(() -> active(client) == 2 && active(other) == 1);
    responder.complete(request, 7);

    for (var one : List.of(first, second, third)) {
      var answer = json(Await.result(one));
      assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(Chunks.text(7));
    }
    assertThat(responder.copies(id)).isEqualTo(1);
  }

  @Test
  void shouldRunARequestOnceWhenItComesToTwoGatewaysAtTheSameMoment() throws Exception {
    for (var i = 0; i < 5; i++) {
      var key = UUID.randomUUID().toString();
      var one = postAsync(client, key, chat("counting", ""));
      var two = postAsync(other, key, chat("counting", ""));

      for (var response : List.of(one, two)) {
        var answer = json(Await.result(response));
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(Chunks.text(5));
      }
    }
  }

  @Test
  void shouldResumeUnderTheKeyWhereTheClientLostTheStream() throws Exception {
    var key = UUID.randomUUID().toString();
    var body = chat("counting", ",\"stream\":true");
    var whole = post(client, key, body);
    var thirdId = eventIds(whole.body()).get(2);

    var rest =
        other.send(
            other
                .request(CHAT)
                .header("Idempotency-Key", key)
                .header("Last-Event-ID", thirdId)
                .POST(BodyPublishers.ofString(body)));

    assertThat(Chunks.text(3) + chatText(rest.body())).isEqualTo(Chunks.text(5));
    var unknown =
        other.send(
            other
                .request(CHAT)
                .header("Idempotency-Key", key + "-unknown")
                .header("Last-Event-ID", thirdId)
                .POST(BodyPublishers.ofString(body)));
    assertThat(unknown.statusCode()).isEqualTo(410);
  }

  @Test
  void shouldSendTheRequestWhenWhoeverWasFirstDiedBeforeItDid() throws Exception {
    var key = UUID.randomUUID().toString();
    var id = RequestIds.ofIdempotencyKey(CHAT, key);
    var body = chat("counting", "");
    try (var dead = StreamweirClient.connect(cluster.options())) {
      Await.result(dead.ready());
      claim(id, new StreamPlace(dead.replyPartition(), dead.place().offset()), body);
    }

    var answer = json(post(client, key, body));

    assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(Chunks.text(5));
  }

  @Test
  void shouldNotSendTheRequestAgainWhenItsStreamIsGone() throws Exception {
    var idempotencyKey = UUID.randomUUID().toString();
    var key = new RequestKey("default", RequestIds.ofIdempotencyKey(CHAT, idempotencyKey));
    var body = chat("counting", "");
    claim(key.requestId(), new StreamPlace(0, 1L << 40), body);

    assertThat(post(client, idempotencyKey, body).statusCode()).isEqualTo(410);

    var marker =
        InferenceRequest.newBuilder()
            .setRequestId(key.requestId())
            .setModel("silent")
            .setSampling(SamplingParams.newBuilder().build())
            .build();
    try (var log = new LogWriter(cluster.options())) {
      log.byKey(Topics.REQUESTS.name(), key, marker);
      log.flush();
    }
    assertThat(LogReader.all(cluster.options(), Topics.REQUESTS, key))
        .as("the marker only, behind whatever was sent before")
        .hasSize(1);
  }

  @Test
  void shouldRefuseAnotherBodyUnderTheSameKey() throws Exception {
    var key = UUID.randomUUID().toString();
    post(client, key, chat("counting", ""));

    var response = post(other, key, chat("counting", ",\"max_tokens\":2"));

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(json(response).at("/error/code").asText()).isEqualTo("idempotency_key_reused");
  }

  @Test
  void shouldTakeARequestIntoTheBackgroundAndTellHowItGoes() throws Exception {
    var taken = client.post(CHAT, chat("endless", ",\"background\":true"));
    assertThat(taken.statusCode()).isEqualTo(202);
    var id = json(taken).path("id").asText();
    assertThat(taken.headers().firstValue("Location")).contains(STREAMS + id);
    var request = responder.request(id);

    Await.until(() -> state(other, id).path("tokens").asInt() == 3);
    assertThat(state(other, id).path("status").asText()).isEqualTo("in_progress");
    assertThat(state(other, id).path("response").isNull()).isTrue();
    var streamed = replayAsync(client, id, null);
    responder.complete(request, 5);

    assertThat(chatText(Await.result(streamed).body())).isEqualTo(Chunks.text(5));
    Await.until(() -> state(other, id).path("status").asText().equals("completed"));
    assertThat(state(other, id).at("/response/choices/0/message/content").asText())
        .isEqualTo(Chunks.text(5));
    assertThat(state(other, id).at("/response/usage/completion_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void shouldTellWhyARequestInTheBackgroundFailed() throws Exception {
    var id = json(client.post(CHAT, chat("failing", ",\"background\":true"))).path("id").asText();

    Await.until(() -> state(client, id).path("status").asText().equals("failed"));
    assertThat(state(client, id).at("/error/code").asText()).isEqualTo("engine_error");
  }

  @Test
  void shouldCancelARequestThatIsDeleted() throws Exception {
    var id = json(client.post(CHAT, chat("endless", ",\"background\":true"))).path("id").asText();

    var response = other.send(other.request(STREAMS + id).DELETE());

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(responder.cancel(id).getReason()).contains("asked for it");
  }

  @Test
  void shouldLetTheRequestRunWhenItsClientDisconnectsAndSaidSo() throws Exception {
    var id = UUID.randomUUID().toString();
    try (var connection = new RawConnection(gateway.port());
        var marking = StreamweirClient.connect(cluster.options())) {
      connection.post(
          CHAT, chat("endless", ",\"request_id\":\"" + id + "\",\"cancel_on_disconnect\":false"));
      responder.request(id);
      connection.close();
      Await.until(() -> active(client) == 0);
      marking.cancel(new RequestKey("default", "marker-" + id), "marker");

      assertThat(responder.cancel("marker-" + id)).isNotNull();
      assertThat(responder.cancels()).extracting(ControlCommand::getRequestId).doesNotContain(id);
    }
  }

  @Test
  void shouldNotShowATenantTheStreamOfAnother() throws Exception {
    var id = idOf(client.post(CHAT, chat("counting", "")));

    var seen =
        json(client.send(client.request(STREAMS + id).header("X-Weir-Tenant", "shop").GET()));

    assertThat(seen.path("status").asText()).isEqualTo("queued");
    assertThat(seen.path("tokens").asInt()).isZero();
    assertThat(state(client, id).path("status").asText()).isEqualTo("completed");
  }

  @Test
  void shouldSayThatThereIsNoSuchStream() throws Exception {
    assertThat(client.get(STREAMS + "nonsense").statusCode()).isEqualTo(404);
    assertThat(client.get(STREAMS + "%0d%0ax").statusCode()).isEqualTo(404);
    assertThat(client.get("/v1/models/a+b").body()).contains("'a+b'");
    assertThat(client.get(STREAMS + "c0-zzzzzzzz-9f86d081884c7d65").statusCode()).isEqualTo(410);
    assertThat(client.get(STREAMS + "czz-1-9f86d081884c7d65").statusCode()).isEqualTo(410);
    var id = idOf(client.post(CHAT, chat("counting", "")));
    var bad = Await.result(replayAsync(client, id, "soon"));
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(json(bad).at("/error/param").asText()).isEqualTo("Last-Event-ID");
  }

  /** What a gateway writes before it sends a request. */
  private void claim(String id, StreamPlace place, String body) throws Exception {
    var entry =
        StreamEntry.newBuilder()
            .setRequestId(id)
            .setPartition(place.partition())
            .setOffset(place.offset())
            .setBodyDigest(RequestIds.digest(body.getBytes(StandardCharsets.UTF_8)))
            .build();
    try (var register = StreamRegister.open(cluster.options(), 1000)) {
      Await.result(register.claim(entry));
    }
  }

  private static CompletableFuture<HttpResponse<String>> replayAsync(
      GatewayClient gateway, String id, String lastEvent) {
    var request = gateway.request(STREAMS + id).header("Accept", "text/event-stream");
    if (lastEvent != null) {
      request.header("Last-Event-ID", lastEvent);
    }
    return gateway.sendAsync(request.GET());
  }

  private static HttpResponse<String> post(GatewayClient gateway, String key, String body)
      throws Exception {
    return Await.result(postAsync(gateway, key, body));
  }

  private static CompletableFuture<HttpResponse<String>> postAsync(
      GatewayClient gateway, String key, String body) {
    return gateway.sendAsync(
        gateway.request(CHAT).header("Idempotency-Key", key).POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode state(GatewayClient gateway, String id) throws Exception {
    return json(gateway.get(STREAMS + id));
  }

  private static int active(GatewayClient gateway) throws Exception {
    return json(gateway.get("/stats")).path("active_streams").asInt();
  }

  /** From the head of an answer. */
  private static String idOf(String head) {
    var id = head.lines().filter(line -> line.startsWith("x-request-id: ")).findFirst();
    return id.orElseThrow().substring("x-request-id: ".length());
  }

  private static String idOf(HttpResponse<String> response) {
    return response.headers().firstValue("x-request-id").orElseThrow();
  }
}
