package io.streamweir.gateway;

import static io.streamweir.support.BatchFile.byCustomId;
import static io.streamweir.support.BatchFile.line;
import static io.streamweir.support.BatchFile.lines;
import static io.streamweir.support.GatewayClient.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.batches.BatchListParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.support.Await;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.LogReader;
import io.streamweir.support.Responder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and batches, through OpenAI's own Java client where it can say what is to be said. */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchITCase {

  private static final String CHAT = "/v1/chat/completions";
  private static final Map<String, String> SETTINGS =
      Map.of("batch.grace", "1 s", "body.limit", "64 kb", "files.limit", "8 mb");

  private final Cluster cluster;
  private final Responder responder;

  /** How much later it is for the gateways than for the machine. */
  private final AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);

  private final InstantSource clock = () -> Instant.now().plus(later.get());

  /** Has no part in the work on batches. */
  private final GatewayServer gateway;

  private GatewayServer runner;
  private final GatewayClient http;
  private final OpenAIClient client;

  BatchITCase(Cluster cluster) throws Exception {
    this.cluster = cluster;
    this.responder = new Responder(cluster.options());
    this.runner = Gateways.start(cluster, SETTINGS, clock);
    var idle = new HashMap<>(SETTINGS);
    idle.put("batch.runs", "false");
    this.gateway = Gateways.start(cluster, idle, clock);
    this.http = new GatewayClient(gateway.url());
    this.client = client(gateway, "default");
  }

  @AfterAll
  void stop() {
    client.close();
    gateway.close();
    runner.close();
    responder.close();
  }

  @Test
  void shouldRunTheLinesOfAFile() throws Exception {
    var content = lines("good-", "counting", 50) + "\n" + lines("bad-", "rejected", 3);
    var file = client.files().create(upload("lines.jsonl", content));

    assertThat(file.validate().bytes()).isEqualTo(content.length());
    assertThat(file.filename()).isEqualTo("lines.jsonl");
    assertThat(content(file.id())).isEqualTo(content);
    assertThat(client.files().retrieve(file.id())).isEqualTo(file);
    assertThat(client.files().list().autoPager()).contains(file);

    var created = client.batches().create(order(file.id(), "24h"));
    assertThat(created.validate().inputFileId()).isEqualTo(file.id());
    assertThat(created.expiresAt().orElseThrow() - created.createdAt()).isEqualTo(24 * 3600);

    var batch = ended(client, created.id());
    assertThat(batch.status()).isEqualTo(Batch.Status.COMPLETED);
    var counts = batch.requestCounts().orElseThrow();
    assertThat(List.of(counts.total(), counts.completed(), counts.failed()))
        .containsExactly(53L, 50L, 3L);
    assertThat(batch.usage().orElseThrow().outputTokens()).isEqualTo(250);
    assertThat(batch.inProgressAt()).isPresent();
    assertThat(batch.completedAt()).isPresent();
    assertThat(batch.errors()).isEmpty();

    var output = byCustomId(content(batch.outputFileId().orElseThrow()));
    assertThat(output).hasSize(50);
    assertThat(output.get("good-7")).hasSize(1);
    var answer = output.get("good-7").get(0);
    assertThat(answer.path("error").isNull()).isTrue();
    assertThat(answer.at("/response/status_code").asInt()).isEqualTo(200);
    assertThat(answer.at("/response/request_id").asText()).isEqualTo(batch.id() + ".7");
    assertThat(answer.at("/response/body/object").asText()).isEqualTo("chat.completion");
    assertThat(answer.at("/response/body/choices/0/message/content").asText())
        .isEqualTo(Chunks.text(5));
    assertThat(answer.at("/response/body/usage/completion_tokens").asInt()).isEqualTo(5);

    var errors = byCustomId(content(batch.errorFileId().orElseThrow()));
    assertThat(errors.keySet()).containsExactlyInAnyOrder("bad-1", "bad-2", "bad-3");
    assertThat(errors.get("bad-2").get(0).at("/response/body/error/code").asText())
        .isEqualTo("model_not_found");
    assertThat(errors.get("bad-2").get(0).at("/response/status_code").asInt()).isEqualTo(404);

    assertThat(client.files().retrieve(batch.outputFileId().orElseThrow()).purpose().asString())
        .isEqualTo("batch_output");
    assertThat(client.files().delete(file.id()).deleted()).isTrue();
    assertThat(catchThrowableOfType(NotFoundException.class, () -> content(file.id()))).isNotNull();
  }

  @Test
  void shouldReportBadLinesAndRunTheOthers() throws Exception {
    var text = new ByteArrayOutputStream();
    text.writeBytes(line("first", "counting").getBytes(UTF_8));
    text.writeBytes("no json\n".getBytes(UTF_8));
    text.writeBytes(line("caf\u00e9", "counting").getBytes(ISO_8859_1));
    text.writeBytes(line("first", "counting").getBytes(UTF_8));
    text.writeBytes(line("x".repeat(100_000), "counting").getBytes(UTF_8));
    text.writeBytes(line("wrong-url", "counting").replace(CHAT, "/v1/completions").getBytes(UTF_8));
    text.writeBytes(line("get", "counting").replace("POST", "GET").getBytes(UTF_8));
    text.writeBytes(line("hot", "counting\",\"temperature\":9,\"user\":\"u").getBytes(UTF_8));
    text.writeBytes("\r\n  \n".getBytes(UTF_8));
    text.writeBytes(line("last", "counting").strip().getBytes(UTF_8));
    var file = upload(http, "default", "bad.jsonl", text.toByteArray());
    var batch = ended(client, client.batches().create(order(file, "1h")).id());

    assertThat(batch.status()).isEqualTo(Batch.Status.COMPLETED);
    assertThat(batch.requestCounts().orElseThrow().total()).isEqualTo(9);
    assertThat(byCustomId(content(batch.outputFileId().orElseThrow())).keySet())
        .containsExactlyInAnyOrder("first", "last");
    var errors = byCustomId(content(batch.errorFileId().orElseThrow()));
    assertThat(codes(errors.get(null)))
        .containsExactlyInAnyOrder("invalid_json", "invalid_text", "line_too_large");
    assertThat(codes(errors.get("first"))).containsExactly("duplicate_custom_id");
    assertThat(codes(errors.get("wrong-url"))).containsExactly("mismatched_url");
    assertThat(codes(errors.get("get"))).containsExactly("invalid_method");
    var hot = errors.get("hot").get(0).path("response");
    assertThat(hot.path("status_code").asInt()).isEqualTo(400);
    assertThat(hot.at("/body/error/param").asText()).isEqualTo("temperature");
  }

  @Test
  void shouldEndWhatHasNotEndedWhenItIsCancelled() throws Exception {
    var content = lines("quick-", "counting", 5) + lines("slow-", "endless", 20);
    var file = client.files().create(upload("lines.jsonl", content)).id();
    var id = client.batches().create(order(file, "24h")).id();
    Await.until(() -> client.batches().retrieve(id).requestCounts().orElseThrow().completed() == 5);
    responder.request(id + ".25");

    assertThat(client.batches().cancel(id).status()).isEqualTo(Batch.Status.CANCELLING);

    var batch = ended(client, id);
    assertThat(batch.status()).isEqualTo(Batch.Status.CANCELLED);
    assertThat(batch.cancelledAt()).isPresent();
    assertThat(byCustomId(content(batch.outputFileId().orElseThrow()))).hasSize(5);
    var errors = byCustomId(content(batch.errorFileId().orElseThrow()));
    assertThat(errors).hasSize(20);
    assertThat(codes(errors.get("slow-3"))).containsExactly("batch_cancelled");
    // One command for all of them, and a second cancel changes nothing.
    assertThat(responder.cancel(id)).isNotNull();
    assertThat(http.post("/v1/batches/" + id + "/cancel", "").statusCode()).isEqualTo(409);
  }

  @Test
  void shouldCancelLinesThatNobodyAnswers() throws Exception {
    var file = client.files().create(upload("l.jsonl", lines("s-", "silent", 10))).id();
    var id = client.batches().create(order(file, "24h")).id();
    responder.request(id + ".10");
    client.batches().cancel(id);

    var batch = ended(client, id);

    assertThat(batch.status()).isEqualTo(Batch.Status.CANCELLED);
    assertThat(batch.outputFileId()).isEmpty();
    assertThat(byCustomId(content(batch.errorFileId().orElseThrow()))).hasSize(10);
  }

  @Test
  void shouldExpireWhenTheWindowIsOver() throws Exception {
    var content = lines("quick-", "counting", 5) + lines("never-", "silent", 20);
    var file = client.files().create(upload("lines.jsonl", content)).id();
    var id = client.batches().create(order(file, "1h")).id();
    var deadline = responder.request(id + ".1").getDeadlineMs();
    responder.request(id + ".25");
    Await.until(() -> client.batches().retrieve(id).requestCounts().orElseThrow().completed() == 5);

    later.updateAndGet(before -> before.plusHours(1).plusSeconds(1));

    var batch = ended(client, id);

    assertThat(batch.expiresAt()).contains(deadline / 1000);
    assertThat(batch.status()).isEqualTo(Batch.Status.EXPIRED);
    assertThat(batch.expiredAt()).isPresent();
    assertThat(byCustomId(content(batch.outputFileId().orElseThrow()))).hasSize(5);
    var errors = byCustomId(content(batch.errorFileId().orElseThrow()));
    assertThat(errors).hasSize(20);
    assertThat(codes(errors.get("never-9"))).containsExactly("batch_expired");
  }

  @Test
  void shouldFailAFileWithoutLines() throws Exception {
    for (var content : List.of("", "\n \n")) {
      var file = upload(http, "default", "empty.jsonl", content.getBytes(UTF_8));
      var batch = ended(client, client.batches().create(order(file, "1h")).id());

      assertThat(batch.status()).isEqualTo(Batch.Status.FAILED);
      assertThat(batch.errors().orElseThrow().data().orElseThrow().get(0).code())
          .contains("empty_file");
    }
  }

  @Test
  void shouldGoOnOnAnotherGatewayWhenTheOneThatRunsItEndsInTheMiddle() throws Exception {
    var count = 20_000;
    // The last line is answered by hand, so the batch cannot end before.
    var lines = lines("l-", "counting", count - 1) + line("last", "silent");
    var file = upload(http, "default", "l", lines.getBytes(UTF_8));
    var id = client.batches().create(order(file, "24h")).id();
    Await.until(() -> responder.copies(id + "." + count / 10) == 1);

    runner.close();
    Await.until(() -> client.batches().retrieve(id).status().equals(Batch.Status.IN_PROGRESS));
    var early = client.files().create(upload("early", lines("e-", "counting", 1))).id();
    var waiting = client.batches().create(order(early, "24h"));
    assertThat(waiting.validate().status()).isEqualTo(Batch.Status.VALIDATING);
    runner = Gateways.start(cluster, SETTINGS, clock);
    assertThat(ended(client, waiting.id()).status()).isEqualTo(Batch.Status.COMPLETED);
    responder.answerAgain(id + "." + count);

    var batch = ended(client, id);
    assertThat(batch.status()).isEqualTo(Batch.Status.COMPLETED);
    assertThat(batch.requestCounts().orElseThrow().completed()).isEqualTo(count);
    var output = byCustomId(content(batch.outputFileId().orElseThrow()));
    assertThat(output).hasSize(count);
    assertThat(output.values()).allSatisfy(one -> assertThat(one).hasSize(1));
    for (var line = 1; line <= count; line++) {
      assertThat(responder.copies(id + "." + line)).isEqualTo(1);
    }
  }

  @Test
  void shouldKeepTenantsApart() throws Exception {
    var file = client.files().create(upload("mine.jsonl", lines("a-", "silent", 1))).id();
    var batch = client.batches().create(order(file, "1h")).id();

    for (var path :
        List.of("/v1/files/" + file, "/v1/files/" + file + "/content", "/v1/batches/" + batch)) {
      assertThat(send("GET", path, "other").statusCode()).isEqualTo(404);
      assertThat(send("GET", path, "default").statusCode()).isEqualTo(200);
    }
    assertThat(send("DELETE", "/v1/files/" + file, "other").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/v1/batches/" + batch + "/cancel", "other").statusCode())
        .isEqualTo(404);
    assertThat(json(send("GET", "/v1/files", "other")).path("data")).isEmpty();
    assertThat(json(send("GET", "/v1/batches", "other")).path("data")).isEmpty();
    var others = client(gateway, "other");
    assertThat(
            catchThrowableOfType(
                NotFoundException.class, () -> others.batches().create(order(file, "1h"))))
        .isNotNull();
    others.close();
    assertThat(client.batches().cancel(batch).status()).isEqualTo(Batch.Status.CANCELLING);
  }

  @Test
  void shouldListPageByPage() throws Exception {
    var tenant = UUID.randomUUID().toString();
    var pages = client(gateway, tenant);
    var file = upload(http, tenant, "l.jsonl", lines("a-", "counting", 1).getBytes(UTF_8));
    var ids = new ArrayList<String>();
    for (var i = 0; i < 5; i++) {
      ids.add(0, pages.batches().create(order(file, "1h")).id());
    }

    var first = pages.batches().list(BatchListParams.builder().limit(2).build());

    assertThat(first.data()).extracting(Batch::id).containsExactlyElementsOf(ids.subList(0, 2));
    assertThat(first.autoPager()).extracting(Batch::id).containsExactlyElementsOf(ids);
    assertThat(send("GET", "/v1/batches?limit=0", tenant).statusCode()).isEqualTo(400);
    assertThat(send("GET", "/v1/batches?after=batch_x", tenant).statusCode()).isEqualTo(400);
    pages.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "a/b.jsonl", ".."})
  void shouldRefuseFileNamesThatLeadElsewhere(String name) throws Exception {
    var refused = form(http, "default", name, "{}".getBytes(UTF_8));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).at("/error/message").asText()).contains("file name");
  }

  @Test
  void shouldRefuseWhatIsNoUploadAndNoOrder() throws Exception {
    assertThat(http.post("/v1/files", "{}").statusCode()).isEqualTo(400);
    assertThat(form(http, "default", "big", new byte[9 << 20]).statusCode()).isEqualTo(413);
    var file = client.files().create(upload("l.jsonl", lines("a-", "counting", 1))).id();
    var refused =
        catchThrowableOfType(
            BadRequestException.class, () -> client.batches().create(order(file, "48h")));
    assertThat(refused.param()).contains("completion_window");
    assertThat(http.get("/v1/files/unknown").statusCode()).isEqualTo(404);
    assertThat(http.get("/v1/batches/unknown").statusCode()).isEqualTo(404);
    assertThat(http.post("/v1/batches", "{\"endpoint\"").statusCode()).isEqualTo(400);
  }

  @Test
  void shouldReturnTheBatchOfTheFirstOrderUnderAnIdempotencyKey() throws Exception {
    var file = client.files().create(upload("l.jsonl", lines("a-", "counting", 2))).id();
    var order = orderBody(file, "1h");

    var created = json(post(http, "k-1", order)).path("id").asText();
    var otherGateway = new GatewayClient(runner.url());
    var spaced = order.replace(",", ", ");
    assertThat(json(post(otherGateway, "k-1", spaced)).path("id").asText()).isEqualTo(created);
    ended(client, created);
    client.files().delete(file);
    var again = json(post(http, "k-1", order));
    assertThat(again.path("id").asText()).isEqualTo(created);
    assertThat(again.path("status").asText()).isEqualTo("completed");
    assertThat(responder.copies(created + ".1")).isEqualTo(1);

    var other = post(http, "k-1", orderBody(file, "2h"));
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(json(other).at("/error/code").asText()).isEqualTo("idempotency_key_reused");
    assertThat(post(http, "not one key", order).statusCode()).isEqualTo(400);
  }

  private static String orderBody(String file, String window) {
    return "{\"input_file_id\":\"%s\",\"endpoint\":\"%s\",\"completion_window\":\"%s\"}"
        .formatted(file, CHAT, window);
  }

  private static HttpResponse<String> post(GatewayClient to, String key, String body)
      throws Exception {
    return to.send(
        to.request("/v1/batches")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body)));
  }

  /** A batch is its requests: whoever produces one of them produces what the file would have. */
  @Test
  void shouldTakeTheResultOfALineThatKafkaBrought() throws Exception {
    var content = lines("a-", "counting", 3);
    var file = client.files().create(upload("l.jsonl", content)).id();
    var id = client.batches().create(order(file, "1h")).id();
    ended(client, id);

    var line = new BatchLine(id, 2);
    var request = responder.request(line.requestId());
    assertThat(request.getMetadata())
        .containsEntry(BatchLine.BATCH_ID, id)
        .containsEntry(BatchLine.CUSTOM_ID, "a-2");
    var key = new RequestKey("default", line.requestId());
    assertThat(LogReader.last(cluster.options(), Topics.REQUESTS_OFFLINE, key)).isNotNull();
  }

  private static List<String> codes(List<JsonNode> lines) {
    return lines.stream().map(line -> line.at("/error/code").asText()).toList();
  }

  private Batch ended(OpenAIClient any, String id) throws Exception {
    Await.until(
        () ->
            List.of("completed", "failed", "expired", "cancelled")
                .contains(any.batches().retrieve(id).status().asString()));
    return any.batches().retrieve(id).validate();
  }

  private String content(String file) {
    return content(client, file);
  }

  private static String content(OpenAIClient any, String file) {
    try (var response = any.files().content(file)) {
      return new String(response.body().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileCreateParams upload(String name, String content) {
    return FileCreateParams.builder()
        .purpose(FilePurpose.BATCH)
        .file(
            MultipartField.<InputStream>builder()
                .value(new ByteArrayInputStream(content.getBytes(UTF_8)))
                .filename(name)
                .build())
        .build();
  }

  private static BatchCreateParams order(String file, String window) {
    return BatchCreateParams.builder()
        .inputFileId(file)
        .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
        .completionWindow(BatchCreateParams.CompletionWindow.of(window))
        .build();
  }

  private static OpenAIClient client(GatewayServer gateway, String tenant) {
    return OpenAIOkHttpClient.builder()
        .apiKey("unused")
        .baseUrl(gateway.url() + "/v1")
        .putHeader("X-Weir-Tenant", tenant)
        .maxRetries(0)
        .build();
  }

  private static String upload(GatewayClient http, String tenant, String name, byte[] content)
      throws Exception {
    var response = form(http, tenant, name, content);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response).path("id").asText();
  }

  private static HttpResponse<String> form(
      GatewayClient http, String tenant, String name, byte[] content) throws Exception {
    var head =
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + name
            + "\"\r\nContent-Type: application/jsonl\r\n\r\n";
    var tail =
        "\r\n--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--B--\r\n";
    return http.send(
        http.request("/v1/files")
            .header("X-Weir-Tenant", tenant)
            .header("Content-Type", "multipart/form-data; boundary=B")
            .POST(
                BodyPublishers.concat(
                    BodyPublishers.ofString(head),
                    BodyPublishers.ofByteArray(content),
                    BodyPublishers.ofString(tail))));
  }

  private HttpResponse<String> send(String method, String path, String tenant) throws Exception {
    return http.send(
        http.request(path).header("X-Weir-Tenant", tenant).method(method, BodyPublishers.noBody()));
  }
}
