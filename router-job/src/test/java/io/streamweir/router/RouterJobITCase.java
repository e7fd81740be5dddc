package io.streamweir.router;

import static io.streamweir.router.RouterRig.DEPLOYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.router.outcome.Outcomes;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.text.Message;
import io.streamweir.text.ModelText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One router for all tests of this class: none of them may disturb it. */
@Timeout(300)
class RouterJobITCase {

  private static final long PAST = 1_000;

  @TempDir private static Path directory;
  private static RouterRig rig;
  private static ModelText text;

  private final String id = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws Exception {
    text = ModelText.load(RouterRig.MODEL);
    rig = RouterRig.start(directory).with("catalogue.grace", "0 ms");
    rig.deploy(RouterRig.deployment().setAliases(List.of("intents")).build());
    rig.startJob();
  }

  @AfterAll
  static void stop() throws Exception {
    rig.close();
    text.close();
  }

  @AfterEach
  void shouldNeverHaveRestartedTheJob() throws Exception {
    assertThat(rig.jobStatus()).isEqualTo(JobStatus.RUNNING);
    assertThat(rig.restarts()).isZero();
  }

  @Test
  void shouldDispatchWithTokensOfTheTemplateWhenChatIsOnline() throws Exception {
    rig.send(
        Requests.chat(id)
            .setPriority(7)
            .setTtftSloMs(250L)
            .setReplyPartition(4)
            .setMetadata(Map.of("row", "17"))
            .build());

    var entry = single(Lane.ONLINE, id);
    var dispatched = entry.value();
    var expected =
        text.encodeChat(
            List.of(new Message("user", "Where is my order 4711?", null, null, null)), Map.of());
    assertThat(dispatched.getPromptTokenIds()).isEqualTo(boxed(expected)).isNotEmpty();
    assertThat(dispatched.getDeployment()).isEqualTo(DEPLOYMENT);
    assertThat(dispatched.getLane()).isEqualTo(Lane.ONLINE);
    assertThat(dispatched.getPriority()).isEqualTo(7);
    assertThat(dispatched.getTtftSloMs()).isEqualTo(250L);
    assertThat(dispatched.getReplyPartition()).isEqualTo(4);
    assertThat(dispatched.getMetadata()).containsExactly(Map.entry("row", "17"));
    assertThat(dispatched.getSampling().getMaxTokens()).isEqualTo(8);
    assertThat(dispatched.getSampling().getTemperature())
        .isEqualTo(text.generationDefaults().temperature());
    var key = new RequestKey("shop", id);
    assertThat(entry.record().key()).isEqualTo(key.bytes());
    assertThat(entry.record().partition()).isEqualTo(key.partition(2));
    assertNoAnswerFor(id);
  }

  @Test
  void shouldCountThePromptsTokensWhenNothingElseIsAsked() throws Exception {
    rig.send(Requests.chat(id).setCountOnly(true).setReplyPartition(3).build());

    var last = rig.log().chunks(chunk -> chunk.getRequestId().equals(id), 1).get(0);
    var expected =
        text.encodeChat(
            List.of(new Message("user", "Where is my order 4711?", null, null, null)), Map.of());
    assertThat(last.record().partition()).isEqualTo(3);
    assertThat(last.value().getUsage().getPromptTokens()).isEqualTo(expected.length);
    assertThat(last.value().getFinishReason()).isEqualTo("stop");
    var result = rig.log().results(one -> one.getRequestId().equals(id), 1).get(0).value();
    assertThat(result.getStatus()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(result.getUsage().getPromptTokens()).isEqualTo(expected.length);
    var bill = rig.log().usage(one -> one.getRequestId().equals(id), 1).get(0).value();
    assertThat(bill.getUsage().getPromptTokens()).as("billed").isZero();
    assertThat(rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, r -> r.getRequestId().equals(id), 0))
        .isEmpty();
  }

  @Test
  void shouldFillWhatIsNotGivenWhenPromptIsOffline() throws Exception {
    rig.send(
        InferenceRequest.newBuilder()
            .setRequestId(id)
            .setModel("intents")
            .setPrompt("Cancel order 12")
            .setOffline(true)
            .setSampling(SamplingParams.newBuilder().build())
            .build());

    var dispatched = single(Lane.OFFLINE, id).value();

    var prompt = text.encodePrompt("Cancel order 12");
    assertThat(dispatched.getPromptTokenIds()).isEqualTo(boxed(prompt));
    assertThat(dispatched.getTenant()).isEqualTo("default");
    assertThat(dispatched.getSampling().getMaxTokens()).isEqualTo(128 - prompt.length);
    assertThat(dispatched.getReplyPartition())
        .isEqualTo(new RequestKey("default", id).partition(6));
  }

  @Test
  void shouldNotKeepAnOnlineRequestBehindABatch() throws Exception {
    List<Long> waiting;
    long dispatchedAt;
    var round = 0;
    // A busy machine may have dispatched a batch almost before it is sent: then nothing waits.
    do {
      var online = id + "-" + round++;
      var batch =
          IntStream.range(0, 3000)
              .mapToObj(i -> Requests.chat(online + "-batch-" + i).setOffline(true).build())
              .toList();
      rig.sendBatch(batch);
      var sentAt = System.currentTimeMillis();
      rig.send(Requests.chat(online).build());
      dispatchedAt = single(Lane.ONLINE, online).record().timestamp();
      waiting = timesDispatched(online, batch.size()).filter(time -> time > sentAt).toList();
    } while (waiting.size() < 1000);

    var last = dispatchedAt;
    assertThat(waiting.stream().filter(time -> time <= last).count())
        .as("of %d that waited, dispatched before", waiting.size())
        .isLessThan(waiting.size() / 2);
  }

  private static Stream<Long> timesDispatched(String prefix, int count) {
    return rig
        .log()
        .dispatched(DEPLOYMENT, Lane.OFFLINE, r -> r.getRequestId().startsWith(prefix), count)
        .stream()
        .map(entry -> entry.record().timestamp());
  }

  static Stream<Arguments> badRequests() {
    return Stream.of(
        bad("unknown model", r -> r.setModel("gpt-17"), "model_not_found", 404, "'gpt-17'"),
        bad(
            "wrong accelerator",
            r -> r.setAccelerator("npu"),
            "model_not_found",
            404,
            "only on cpu"),
        bad("no prompt", r -> r.setMessages(List.of()), "prompt_empty", 400, "Neither"),
        bad("both", r -> r.setPrompt("x"), "invalid_request", 400, "Both messages and prompt"),
        bad(
            "over-long prompt",
            r -> r.setMessages(List.of(Requests.message("user", "order ".repeat(400)))),
            "context_length_exceeded",
            400,
            "context"),
        bad(
            "over-long prompt that is not tokenized in passing",
            r -> r.setMessages(List.of(Requests.message("user", "order ".repeat(4000)))),
            "context_length_exceeded",
            400,
            "tokens"),
        bad(
            "too many tokens asked for",
            r -> r.getSampling().setMaxTokens(1000),
            "context_length_exceeded",
            400,
            "max_tokens is 1000"),
        bad(
            "negative",
            r -> r.getSampling().setMaxTokens(-5),
            "invalid_request",
            400,
            "max_tokens"),
        bad(
            "NaN",
            r -> r.getSampling().setTemperature(Double.NaN),
            "invalid_request",
            400,
            "temperature is NaN"),
        bad("reply partition", r -> r.setReplyPartition(6), "invalid_request", 400, "0 to 5"),
        bad("expired", r -> r.setDeadlineMs(PAST), "deadline_expired", 408, "deadline_ms is 1000"),
        bad(
            "3 MB prompt",
            r -> r.setMessages(List.of(Requests.message("user", "x".repeat(3 << 20)))),
            "prompt_too_large",
            413,
            "prompt.max-chars"));
  }

  private static Arguments bad(
      String name, Consumer<InferenceRequest> damage, String code, int status, String said) {
    return Arguments.of(name, damage, code, status, said);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRequests")
  void shouldAnswerOnceAndLetNeighbourPassWhenRequestIsBad(
      String name, Consumer<InferenceRequest> damage, String code, int httpStatus, String said)
      throws Exception {
    var request = Requests.chat(id).build();
    damage.accept(request);
    rig.send(request).send(Requests.chat(id + "-neighbour").build());

    assertRejected(id, code, httpStatus, said);
    single(Lane.ONLINE, id + "-neighbour");
  }

  @Test
  void shouldAnswerInvalidTextWhenStringIsNotUtf8() throws Exception {
    var bytes = rig.requestCodec().encode(Requests.chat(id).build());
    replace(bytes, "4711", new byte[] {(byte) 0xC3, 0x28, (byte) 0xA0, (byte) 0xFF});
    rig.sendRaw(new RequestKey("shop", id).bytes(), bytes);

    assertRejected(id, "invalid_text", 400, "UTF-8");
  }

  @Test
  void shouldBuryDuplicatesWhenIdComesAgain() throws Exception {
    rig.send(Requests.chat(id).build());
    rig.send(Requests.chat(id).setPriority(3).build());
    rig.send(Requests.chat(id).build());

    var letters = rig.log().deadLetters(letter -> letter.getMessage().contains("shop/" + id), 2);

    assertThat(letters)
        .hasSize(2)
        .allSatisfy(
            letter -> {
              assertThat(letter.value().getCode()).isEqualTo("duplicate_request_id");
              assertThat(rig.requestCodec().decode(letter.value().getValue().array()))
                  .extracting(InferenceRequest::getRequestId)
                  .isEqualTo(id);
            });
    single(Lane.ONLINE, id);
    assertNoAnswerFor(id);
  }

  @Test
  void shouldAnswerOnceWhenBadRequestComesAgain() throws Exception {
    rig.send(Requests.chat(id).setModel("gpt-17").build());
    rig.send(Requests.chat(id).setModel("gpt-17").build());

    assertThat(rig.log().deadLetters(letter -> letter.getMessage().contains("shop/" + id), 1))
        .hasSize(1);
    assertRejected(id, "model_not_found", 404, "gpt-17");
  }

  @Test
  void shouldAcceptSameIdWhenTenantIsAnother() throws Exception {
    rig.send(Requests.chat(id).build()).send(Requests.chat(id).setTenant("bank").build());

    assertThat(dispatched(Lane.ONLINE, id, 2)).hasSize(2);
  }

  @Test
  void shouldGoByTheValueWhenRecordKeyIsAnother() throws Exception {
    var bytes = rig.requestCodec().encode(Requests.chat(id).build());
    rig.sendRaw(null, bytes).sendRaw("else/where".getBytes(StandardCharsets.UTF_8), bytes);

    assertThat(rig.log().deadLetters(letter -> letter.getMessage().contains("shop/" + id), 1))
        .hasSize(1);
    assertThat(single(Lane.ONLINE, id).record().key())
        .isEqualTo(new RequestKey("shop", id).bytes());
  }

  static Stream<Arguments> undecodable() {
    var huge = new byte[3 << 20];
    Arrays.fill(huge, (byte) 0x5A);
    return Stream.of(
        Arguments.of(
            "text", "no Avro at all".getBytes(StandardCharsets.UTF_8), "undecodable_record"),
        Arguments.of("empty", new byte[0], "undecodable_record"),
        Arguments.of("3 MB", huge, "undecodable_record"),
        Arguments.of("tombstone", null, "undecodable_record"),
        Arguments.of(
            "claims two gigabytes",
            ByteBuffer.allocate(10).putInt(1, 1).putInt(5, 0xFEFFFFFF).array(),
            "undecodable_record"),
        Arguments.of(
            "unknown schema",
            ByteBuffer.allocate(50).putInt(1, 424_242).array(),
            "unknown_schema_id"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("undecodable")
  void shouldKeepRecordByteForByteWhenItCannotBeDecoded(String name, byte[] value, String code)
      throws Exception {
    var key = id.getBytes(StandardCharsets.UTF_8);
    rig.sendRaw(key, value).send(Requests.chat(id).build());

    single(Lane.ONLINE, id);
    var letters =
        rig.log()
            .deadLetters(
                letter -> letter.getKey() != null && Arrays.equals(key, bytes(letter.getKey())), 1);
    assertThat(letters).hasSize(1);
    var letter = letters.get(0).value();
    assertThat(letter.getCode()).isEqualTo(code);
    assertThat(letter.getSourceTopic()).isEqualTo("weir.requests");
    assertThat(letter.getValue() == null ? null : bytes(letter.getValue())).isEqualTo(value);
  }

  @Test
  void shouldBuryRequestWhenItsIdentityIsInvalid() throws Exception {
    var tenant = "a/" + id;
    rig.send(Requests.chat(id).setTenant(tenant).build());

    var letters = rig.log().deadLetters(letter -> letter.getMessage().contains(tenant), 1);

    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).value().getCode()).isEqualTo("invalid_request");
    assertThat(letters.get(0).value().getMessage()).startsWith("tenant is 'a/");
  }

  @Test
  void shouldReadRequestWhenProducerHasAnotherVersionOfTheSchema() throws Exception {
    rig.sendRaw(null, OtherSchema.request(rig.registry(), id));

    var dispatched = single(Lane.ONLINE, id).value();

    assertThat(dispatched.getPromptTokenIds()).isEqualTo(boxed(text.encodePrompt("Hello")));
  }

  @Test
  void shouldRefuseRequestsOfThatDeploymentOnlyWhenItsTopicsAreMissing() throws Exception {
    rig.publish(RouterRig.deployment().setName("no-topics").setModel("m-no-topics").build());
    awaitDeployed("m-no-topics");

    rig.send(Requests.chat(id).setModel("m-no-topics").build());
    rig.send(Requests.chat(id + "-neighbour").build());

    single(Lane.ONLINE, id + "-neighbour");
    assertRejected(id, "engine_error", 500, "weir.dispatch.no-topics.online");
  }

  @Test
  void shouldRefuseRequestsOfThatDeploymentOnlyWhenItsModelCannotBeLoaded() throws Exception {
    rig.deploy(
        RouterRig.deployment()
            .setName("broken")
            .setModel("m-broken")
            .setModelPath(directory.resolve("nowhere").toString())
            .build());
    awaitDeployed("m-broken");

    rig.send(Requests.chat(id).setModel("m-broken").build());
    rig.send(Requests.chat(id + "-neighbour").build());

    single(Lane.ONLINE, id + "-neighbour");
    assertRejected(id, "engine_error", 500, "nowhere");
  }

  @Test
  void shouldFollowTheCatalogueWhenItChanges() throws Exception {
    var deployment = RouterRig.deployment().setName("changing").setModel("m-changing");
    rig.deploy(deployment.setVersion(5).build());
    awaitDeployed("m-changing");

    rig.publish(deployment.setVersion(4).setState(DeploymentState.DRAINING).build());
    rig.publish(deployment.setVersion(6).setState(DeploymentState.READY).setMaxModelLen(9).build());
    awaitResult("m-changing", "context_length_exceeded");
    rig.publish(deployment.setVersion(7).setState(DeploymentState.DRAINING).build());
    awaitResult("m-changing", "model_not_found");
    rig.unpublish("changing");
    rig.publish(deployment.setVersion(1).setState(DeploymentState.READY).build());
    awaitResult("m-changing", "context_length_exceeded");
  }

  /** Sends requests until one is not answered with model_not_found. */
  private static void awaitDeployed(String model) throws Exception {
    for (var code = "model_not_found"; code.equals("model_not_found"); ) {
      code = probe(model);
    }
  }

  /** Sends requests until one is answered with the code. */
  private static void awaitResult(String model, String code) throws Exception {
    for (var got = ""; !got.equals(code); ) {
      got = probe(model);
    }
  }

  /** The code of the answer to a request that is longer than any context. */
  private static String probe(String model) throws Exception {
    var probe = UUID.randomUUID().toString();
    rig.send(
        Requests.chat(probe)
            .setModel(model)
            .setSampling(SamplingParams.newBuilder().setMaxTokens(1 << 20).build())
            .build());
    return rig.log()
        .results(result -> result.getRequestId().equals(probe), 1)
        .get(0)
        .value()
        .getError()
        .getCode();
  }

  private static void assertRejected(String id, String code, int httpStatus, String said)
      throws Exception {
    var results = rig.log().results(result -> result.getRequestId().equals(id), 1);
    var usage = rig.log().usage(record -> record.getRequestId().equals(id), 1);
    var chunks = rig.log().chunks(chunk -> chunk.getRequestId().equals(id), 1);
    var status = code.equals("deadline_expired") ? ResultStatus.EXPIRED : ResultStatus.ERROR;

    assertThat(results).hasSize(1);
    var result = results.get(0).value();
    assertThat(result.getStatus()).isEqualTo(status);
    assertThat(result.getError().getCode()).isEqualTo(code);
    assertThat(result.getError().getHttpStatus()).isEqualTo(httpStatus);
    assertThat(result.getError().getMessage()).contains(said);
    assertThat(usage).hasSize(1);
    assertThat(usage.get(0).value().getStatus()).isEqualTo(status);
    assertThat(usage.get(0).value().getUsage().getCompletionTokens()).isZero();
    assertThat(usage.get(0).value().getModel())
        .as("its account")
        .isEqualTo(result.getModel().equals("gpt-17") ? Outcomes.NO_MODEL : result.getModel());
    assertThat(chunks).hasSize(1);
    var chunk = chunks.get(0);
    assertThat(chunk.value().getKind()).isEqualTo(ChunkKind.TOKENS);
    assertThat(chunk.value().getFinishReason()).isEqualTo(result.getFinishReason());
    assertThat(chunk.value().getError()).isEqualTo(result.getError());
    assertThat(chunk.record().partition()).isEqualTo(new RequestKey("shop", id).partition(6));
    assertThat(dispatched(Lane.ONLINE, id, 0)).isEmpty();
  }

  /** What is rejected after the request is committed later: its result shows that none is due. */
  private static void assertNoAnswerFor(String id) throws Exception {
    probe("no-such-model");
    assertThat(rig.log().results(result -> result.getRequestId().equals(id), 0)).isEmpty();
    assertThat(rig.log().usage(record -> record.getRequestId().equals(id), 0)).isEmpty();
  }

  private static RouterLog.Entry<DispatchedRequest> single(Lane lane, String id) {
    var entries = dispatched(lane, id, 1);
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  private static List<RouterLog.Entry<DispatchedRequest>> dispatched(
      Lane lane, String id, int atLeast) {
    return rig.log()
        .dispatched(DEPLOYMENT, lane, request -> request.getRequestId().equals(id), atLeast);
  }

  private static void replace(byte[] bytes, String ascii, byte[] replacement) {
    var at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(ascii);
    System.arraycopy(replacement, 0, bytes, at, replacement.length);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    var bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static List<Integer> boxed(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }
}
