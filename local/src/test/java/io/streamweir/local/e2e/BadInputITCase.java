package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.client.TokenTail;
import io.streamweir.local.deploy.DeploymentPlan;
import io.streamweir.local.deploy.ModelDirectory;
import io.streamweir.local.flink.JobSubmission;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes in has one clear outcome, and the requests around it do not notice. */
@ExtendWith(SharedStack.class)
class BadInputITCase {

  private static final int MEGABYTE = 1 << 20;
  private static final Map<String, String> DEPLOYMENT =
      Map.of("deployment", "support-intents-cpu", "model", "another", "model.path", "/another");

  /** What is wrong with a request, and how it is answered. */
  private record Refusal(String code, int status, InferenceRequest request) {}

  private final RunningStack stack;
  private final CommittedLog<InferenceResult> results;
  private final CommittedLog<UsageRecord> usage;

  BadInputITCase(RunningStack stack) {
    this.stack = stack;
    this.results = stack.results();
    this.usage = stack.usage();
  }

  @AfterEach
  void closeLogs() {
    results.close();
    usage.close();
  }

  private static List<Refusal> refusals() {
    return List.of(
        refused("model_not_found", 404, chat -> chat.setModel("gpt-nonexistent")),
        refused("model_not_found", 404, chat -> chat.setAccelerator("npu")),
        refused("prompt_empty", 400, chat -> chat.setMessages(List.of())),
        refused("prompt_empty", 400, chat -> chat.setMessages(List.of()).setPrompt("")),
        refused(
            "context_length_exceeded",
            400,
            chat -> chat.setMessages(List.of()).setPrompt("order ".repeat(20_000))),
        refused(
            "prompt_too_large",
            413,
            chat -> chat.setMessages(List.of()).setPrompt("x".repeat(3 * MEGABYTE))),
        refused("invalid_request", 400, sampling(sampling -> sampling.setMaxTokens(-1))),
        refused("invalid_request", 400, sampling(sampling -> sampling.setTemperature(-0.5))),
        refused("invalid_request", 400, sampling(sampling -> sampling.setTemperature(Double.NaN))),
        refused("invalid_request", 400, sampling(sampling -> sampling.setTopP(1e300))),
        refused("invalid_request", 400, sampling(sampling -> sampling.setTopK(-7))),
        refused("invalid_request", 400, sampling(sampling -> sampling.setStop(List.of("")))),
        refused("invalid_request", 400, chat -> chat.setReplyPartition(4711)),
        refused("invalid_request", 400, chat -> chat.setTtftSloMs(-1L)));
  }

  /** All are sent before the first is looked at, each between two requests that are in order. */
  @TestFactory
  List<DynamicTest> shouldRefuseEachAndAnswerItsNeighbours() throws Exception {
    var tests = new ArrayList<DynamicTest>();
    for (var refusal : refusals()) {
      var before = stack.send(RunningStack.chat("where is my invoice?").build());
      var bad = stack.send(refusal.request());
      var after = stack.send(RunningStack.chat("where is my refund?").build());
      tests.add(
          DynamicTest.dynamicTest(
              refusal.code(), () -> assertRefused(refusal, before, bad, after)));
    }
    return tests;
  }

  private void assertRefused(Refusal refusal, RequestKey before, RequestKey bad, RequestKey after) {
    var result = onlyResult(bad);
    assertThat(result.getStatus()).isEqualTo(ResultStatus.ERROR);
    assertThat(result.getError().getCode()).isEqualTo(refusal.code());
    assertThat(result.getError().getHttpStatus()).isEqualTo(refusal.status());
    assertThat(result.getError().getMessage()).isNotBlank();
    assertThat(onlyResult(before).getStatus()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(onlyResult(after).getStatus()).isEqualTo(ResultStatus.COMPLETED);
    var chunks = stack.tokens(bad);
    assertThat(chunks).hasSize(1);
    assertThat(chunks.get(0).getError().getCode()).isEqualTo(refusal.code());
  }

  @Test
  void shouldRefuseASecondRouterAndASecondJobOfADeployment() {
    var site = stack.stack().jobSite();
    var running = site.flink().jobs().size();

    assertThatThrownBy(
            () -> submit(site.inferenceJar(), "io.streamweir.inference.InferenceJob", DEPLOYMENT))
        .hasMessageContaining("a job that does the work of deployment 'support-intents-cpu'")
        .hasMessageContaining("./weir rescale support-intents-cpu N");
    assertThatThrownBy(() -> submit(site.routerJar(), "io.streamweir.router.RouterJob", Map.of()))
        .hasMessageContaining("a job that does the routing of requests: 'router'");

    assertThat(site.flink().jobs()).hasSize(running);
  }

  /** As somebody who knows of the JobManager only. */
  private void submit(Path jar, String entryClass, Map<String, String> settings) {
    var site = stack.stack().jobSite();
    var arguments = new ArrayList<String>();
    for (var part : List.of(site.jobSettings(), settings)) {
      part.forEach((key, value) -> arguments.addAll(List.of("--" + key, value)));
    }
    var checkpoints = site.checkpointDirectory().apply("second").toUri();
    site.flink()
        .submit(new JobSubmission(jar, entryClass, arguments, 1, checkpoints, Optional.empty()));
  }

  @Test
  void shouldKeepWhatIsNoRequestAsADeadLetter() throws Exception {
    var nonsense = new byte[] {'n', 'o', ' ', 'a', 'v', 'r', 'o'};
    var unknownSchema = ByteBuffer.allocate(9).put((byte) 0).putInt(987_654).putInt(1).array();
    var marker = UUID.randomUUID().toString();
    try (var producer = producer()) {
      send(producer, marker + "/nonsense", nonsense);
      send(producer, marker + "/schema", unknownSchema);
      send(producer, marker + "/null", null);
    }
    var neighbour = stack.send(RunningStack.chat("cancel order 1234567").build());

    assertThat(onlyResult(neighbour).getStatus()).isEqualTo(ResultStatus.COMPLETED);
    try (var letters = stack.deadLetters()) {
      var ours =
          letters.await(
              3,
              letter ->
                  letter.getKey() != null
                      && new String(letter.getKey().array()).startsWith(marker));
      assertThat(ours)
          .extracting(
              letter -> new String(letter.getKey().array()).replace(marker, ""),
              DeadLetter::getCode)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple("/nonsense", "undecodable_record"),
              org.assertj.core.groups.Tuple.tuple("/schema", "unknown_schema_id"),
              org.assertj.core.groups.Tuple.tuple("/null", "undecodable_record"));
      var kept =
          ours.stream()
              .filter(letter -> new String(letter.getKey().array()).endsWith("/nonsense"))
              .findFirst()
              .orElseThrow();
      assertThat(kept.getValue().array()).isEqualTo(nonsense);
    }
  }

  @Test
  void shouldAnswerARequestWhoseTextIsNoUnicode() throws Exception {
    var request = RunningStack.chat("find me: QQQQ").build();
    try (var producer = producer()) {
      send(producer, RunningStack.key(request).toString(), withInvalidUtf8(request));
    }

    var result = onlyResult(RunningStack.key(request));

    assertThat(result.getStatus()).isEqualTo(ResultStatus.ERROR);
    assertThat(result.getError().getCode()).isEqualTo("invalid_text");
  }

  @Test
  void shouldEndARequestWhoseDeadlineHasPassedAsExpired() throws Exception {
    var late = stack.send(RunningStack.chat("hello").setDeadlineMs(1_000L).build());
    var tooSlow =
        stack.send(
            RunningStack.generating(1_800).setDeadlineMs(System.currentTimeMillis() + 400).build());

    assertThat(onlyResult(late).getStatus()).isEqualTo(ResultStatus.EXPIRED);
    assertThat(onlyResult(late).getUsage().getCompletionTokens()).isZero();
    var interrupted = onlyResult(tooSlow);
    assertThat(interrupted.getStatus()).isEqualTo(ResultStatus.EXPIRED);
    assertThat(interrupted.getUsage().getCompletionTokens()).isLessThan(1_800);
  }

  @Test
  void shouldKeepTheFirstResultWhenAnIdComesTwice() throws Exception {
    var request = RunningStack.chat("where is my order 55512345?").build();
    var key = stack.send(request);
    var first = onlyResult(key);

    stack.send(InferenceRequest.newBuilder(request).setOffline(true).build());

    try (var letters = stack.deadLetters()) {
      var ours =
          letters.await(
              1,
              letter ->
                  letter.getKey() != null
                      && new RequestKey(key.tenant(), key.requestId())
                          .equals(RequestKey.parse(letter.getKey().array())));
      assertThat(ours).hasSize(1);
      assertThat(ours.get(0).getCode()).isEqualTo("duplicate_request_id");
    }
    assertThat(onlyResult(key)).isEqualTo(first);
  }

  @Test
  void shouldCancelBeforeTheRequestComesInTheMiddleAndNotAfterItsEnd() throws Exception {
    // One partition, in order: when the second cancel has acted, the replica knows the first.
    var early = RunningStack.generating(500).build();
    stack
        .client()
        .cancel(RunningStack.key(early), "too early")
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    var middle = RunningStack.generating(1_800).build();
    var ended = RunningStack.chat("where is my order 55512345?").build();

    try (var tail =
        TokenTail.open(stack.stack().clientOptions(), RunningStack.key(middle), Instant.now())) {
      stack.send(middle);
      assertThat(tail.next(Duration.ofMinutes(4))).isPresent();
    }
    stack
        .client()
        .cancel(RunningStack.key(middle), "in the middle")
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    var cut = onlyResult(RunningStack.key(middle));
    stack.send(early);
    var before = onlyResult(stack.send(ended));
    stack
        .client()
        .cancel(RunningStack.key(ended), "too late")
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);

    var neverRan = onlyResult(RunningStack.key(early));
    assertThat(neverRan.getStatus()).isEqualTo(ResultStatus.CANCELLED);
    assertThat(neverRan.getUsage().getCompletionTokens()).isZero();
    assertThat(cut.getStatus()).isEqualTo(ResultStatus.CANCELLED);
    assertThat(cut.getUsage().getCompletionTokens()).isBetween(1, 1_799);
    assertThat(
            stack.tokens(RunningStack.key(middle)).stream()
                .mapToInt(chunk -> chunk.getTokenIds().size())
                .sum())
        .isEqualTo(cut.getUsage().getCompletionTokens());
    assertThat(before.getStatus()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(onlyResult(RunningStack.key(ended))).isEqualTo(before);
  }

  @Test
  void shouldEndOnlyTheRequestWhoseNumbersAreNone(@TempDir Path directory) throws Exception {
    var original = stack.stack().home().defaultModel();
    PoisonedModel.write(original, directory.resolve("poisoned"), tokenOf(original, "~"));
    stack.deploy(
        new DeploymentPlan(
            "poisoned-cpu",
            "poisoned",
            List.of(),
            new ModelDirectory(directory.resolve("poisoned")),
            "djl",
            "cpu",
            1,
            2,
            2048,
            Map.of()));

    var before = stack.send(RunningStack.generating(300).setModel("poisoned").build());
    var bad = stack.send(RunningStack.chat("where is ~ my order?").setModel("poisoned").build());
    var after = stack.send(RunningStack.chat("where is my order?").setModel("poisoned").build());

    var result = onlyResult(bad);
    assertThat(result.getStatus()).isEqualTo(ResultStatus.ERROR);
    assertThat(result.getError().getCode()).isEqualTo("engine_numeric_error");
    assertThat(onlyResult(before).getUsage().getCompletionTokens()).isEqualTo(300);
    assertThat(onlyResult(after).getStatus()).isEqualTo(ResultStatus.COMPLETED);
  }

  @Test
  void shouldRefuseTenMegabytesAtEveryDoor() throws Exception {
    var huge = RunningStack.chat("x".repeat(10 * MEGABYTE)).build();
    assertThatThrownBy(() -> stack.send(huge)).hasMessageContaining("bytes");

    try (var producer = producer()) {
      assertThatThrownBy(
              () ->
                  producer
                      .send(new ProducerRecord<>(Topics.REQUESTS.name(), new byte[10 * MEGABYTE]))
                      .get())
          .hasCauseInstanceOf(RecordTooLargeException.class);
    }

    var response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(stack.stack().settings().gatewayUrl() + "/v1/chat/completions"))
                    .header("content-type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"m\",\"prompt\":\"" + "x".repeat(10 * MEGABYTE) + "\"}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("\"error\"");
  }

  /**
   * The one result of a request, checked to be the only one by now, with one usage record of the
   * same counts.
   */
  private InferenceResult onlyResult(RequestKey key) {
    Predicate<InferenceResult> isOurs =
        result ->
            result.getRequestId().equals(key.requestId())
                && result.getTenant().equals(key.tenant());
    Predicate<UsageRecord> isBill = record -> record.getRequestId().equals(key.requestId());
    results.await(1, isOurs);
    usage.await(1, isBill);
    var ours = results.upToNow(isOurs);
    var bills = usage.upToNow(isBill);
    assertThat(ours).hasSize(1);
    assertThat(bills).hasSize(1);
    assertThat(bills.get(0).getUsage()).isEqualTo(ours.get(0).getUsage());
    assertThat(bills.get(0).getStatus()).isEqualTo(ours.get(0).getStatus());
    return ours.get(0);
  }

  private static int tokenOf(Path model, String text) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readString(model.resolve("tokenizer.json")))
        .at("/model/vocab")
        .path(text)
        .asInt();
  }

  private byte[] withInvalidUtf8(InferenceRequest request) {
    var codec =
        new AvroCodec<>(
            SchemaRegistries.connect(stack.stack().settings().registryUrl()),
            Topics.REQUESTS.subject(),
            InferenceRequest.class);
    var bytes = codec.encode(request);
    var at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("QQQQ");
    bytes[at] = (byte) 0xC3;
    bytes[at + 1] = (byte) 0x28;
    return bytes;
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            stack.stack().settings().bootstrapServers(),
            "max.request.size",
            32 * MEGABYTE,
            "buffer.memory",
            64 * MEGABYTE),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String key, byte[] value)
      throws Exception {
    producer.send(new ProducerRecord<>(Topics.REQUESTS.name(), key.getBytes(), value)).get();
  }

  private static Refusal refused(
      String code, int status, java.util.function.Consumer<InferenceRequest.Builder> change) {
    var request = RunningStack.chat("where is my order?");
    change.accept(request);
    return new Refusal(code, status, request.build());
  }

  private static java.util.function.Consumer<InferenceRequest.Builder> sampling(
      java.util.function.Consumer<SamplingParams.Builder> change) {
    var sampling = SamplingParams.newBuilder();
    change.accept(sampling);
    return chat -> chat.setSampling(sampling.build());
  }
}
