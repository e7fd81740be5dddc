package io.streamweir.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.client.ClientOptions;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResolvedSampling;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsReconciliationITCase {

  private static final String REGISTRY = "memory:reconcile";
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOON.plus(Duration.ofHours(2)));
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String DISPATCH = Topics.dispatchName("d", Lane.ONLINE);

  @TempDir Path directory;
  private EmbeddedKafka broker;
  private Producer<byte[], byte[]> producer;

  @BeforeEach
  void startBroker() {
    broker = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(directory.resolve("kafka")));
    var topics = new ArrayList<>(Topics.FIXED);
    topics.add(Topics.dispatch("d", Lane.ONLINE, 2));
    broker.createTopics(
        topics.stream().map(TopicsReconciliationITCase::stampedByProducers).toList());
    producer = producer(Map.of());
  }

  /** A request is as old as the test says, where a real broker would stamp it as it comes. */
  private static NewTopic stampedByProducers(TopicSpec topic) {
    var config = new HashMap<>(topic.config());
    config.remove(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    return topic.toNewTopic((short) 1).configs(config);
  }

  @AfterEach
  void stopBroker() {
    producer.close();
    broker.close();
  }

  @Test
  void shouldFindNoDifferenceWhenOnlineAndOfflineRequestsAreAnsweredAndADuplicateIsRefused()
      throws Exception {
    for (int i = 0; i < 50; i++) {
      whole("r" + i, NOON, i % 2 == 0 ? Topics.REQUESTS : Topics.REQUESTS_OFFLINE);
    }
    refuse(request(Topics.REQUESTS_OFFLINE, "r0", NOON));
    refuse(producer.send(record(Topics.REQUESTS.name(), "junk", NOON, new byte[] {9, 9, 9})).get());
    totals(50);
    routerHasReadAll();

    var found = reconcile(Optional.empty(), Optional.empty());

    assertThat(found.differences()).isEmpty();
    assertThat(found.requests()).isEqualTo(50);
    assertThat(found.open()).isZero();
    assertThat(found.accounts()).isOne();
    assertThat(found.openAccounts()).isZero();
    assertThat(found.records()).isEqualTo(new RecordCounts(51, 1, 2, 50, 50, 100, 100));
  }

  @Test
  void shouldTellDifferencesApartFromWhatIsUnderWay() throws Exception {
    whole("sound", NOON, Topics.REQUESTS);
    request(Topics.REQUESTS, "lost", NOON);
    whole("twice", NOON, Topics.REQUESTS_OFFLINE);
    result("twice", NOON);
    var waiting = request(Topics.REQUESTS, "dispatched", NOON);
    assertThat(waiting.hasOffset()).isTrue();
    dispatch("dispatched");
    routerHasReadAll();
    request(Topics.REQUESTS, "unread", NOON);
    request(Topics.REQUESTS_OFFLINE, "young", CLOCK.instant());
    totals(1);

    var found = reconcile(Optional.empty(), Optional.empty());

    assertThat(found.differences())
        .extracting(difference -> difference.kind().code() + " " + difference.subject())
        .containsExactlyInAnyOrder(
            "request_lost shop/lost",
            "result_not_unique shop/twice",
            "ledger_differs shop/m/online/" + NOON);
    assertThat(found.open()).isEqualTo(3);
    var json = ReportJson.of(scope(Optional.empty(), Optional.empty()), NOON, found);
    assertThat(json.at("/differences_by_kind/request_lost").asInt()).isOne();
    assertThat(json.at("/differences_by_kind/stream_gap").asInt()).isZero();
    assertThat(json.at("/requests/open").asInt()).isEqualTo(3);
    assertThat(json.at("/differences")).hasSize(3);
    assertThat(json.at("/agrees").asBoolean()).isFalse();
  }

  @Test
  void shouldCompareOnlyTheRangeAndTheTenant() throws Exception {
    request(Topics.REQUESTS, "lost before", NOON.minusSeconds(3600));
    request(Topics.REQUESTS, "lost", NOON.plusSeconds(60));
    routerHasReadAll();

    assertThat(reconcile(Optional.empty(), Optional.empty()).byKind())
        .containsExactly(Map.entry(DifferenceKind.REQUEST_LOST, 2));
    assertThat(reconcile(Optional.of(NOON), Optional.of("shop")).differences())
        .extracting(Difference::subject)
        .containsExactly("shop/lost");
    assertThat(reconcile(Optional.empty(), Optional.of("bank")).differences()).isEmpty();
  }

  @Test
  void shouldNotSeeWhatWasNotCommitted() throws Exception {
    request(Topics.REQUESTS, "x", NOON);
    chunk("x", NOON);
    routerHasReadAll();
    try (var transactional = producer(Map.of("transactional.id", "weir-test"))) {
      transactional.initTransactions();
      transactional.beginTransaction();
      transactional
          .send(
              record(
                  Topics.RESULTS.name(),
                  "x",
                  NOON,
                  codec(Topics.RESULTS, InferenceResult.class).encode(answer("x"))))
          .get();
      transactional.abortTransaction();
    }

    assertThat(reconcile(Optional.empty(), Optional.empty()).byKind())
        .containsExactly(Map.entry(DifferenceKind.REQUEST_LOST, 1));
  }

  private Reconciliation reconcile(Optional<Instant> since, Optional<String> tenant) {
    return TopicsReconciliation.of(
        ClientOptions.of(broker.bootstrapServers(), REGISTRY), scope(since, tenant), CLOCK);
  }

  private static Scope scope(Optional<Instant> since, Optional<String> tenant) {
    return new Scope(since, tenant, PATIENCE, 1000);
  }

  /** A request with two tokens and everything else that it must leave, but for the ledger. */
  private void whole(String id, Instant at, TopicSpec topic) throws Exception {
    request(topic, id, at);
    chunk(id, at);
    chunk(id, at);
    result(id, at);
    var usage =
        UsageRecord.newBuilder()
            .setRequestId(id)
            .setTenant("shop")
            .setModel("m")
            .setStatus(ResultStatus.COMPLETED)
            .setUsage(TokenUsage.newBuilder().setCompletionTokens(2).build())
            .setFinishedAtMs(at.toEpochMilli())
            .build();
    send(Topics.USAGE, UsageRecord.class, id, at, usage);
  }

  private RecordMetadata request(TopicSpec topic, String id, Instant at) throws Exception {
    return send(
        topic,
        InferenceRequest.class,
        id,
        at,
        InferenceRequest.newBuilder()
            .setRequestId(id)
            .setTenant("shop")
            .setModel("m")
            .setSampling(SamplingParams.newBuilder().build())
            .build());
  }

  private void result(String id, Instant at) throws Exception {
    send(Topics.RESULTS, InferenceResult.class, id, at, answer(id));
  }

  private static InferenceResult answer(String id) {
    return InferenceResult.newBuilder()
        .setRequestId(id)
        .setTenant("shop")
        .setStatus(ResultStatus.COMPLETED)
        .setTokenIds(List.of(1, 2))
        .setUsage(new TokenUsage())
        .setTimings(new Timings())
        .build();
  }

  /** The whole stream; sent twice it is what a writer that restarted leaves. */
  private void chunk(String id, Instant at) throws Exception {
    send(
        Topics.TOKENS,
        TokenChunk.class,
        id,
        at,
        TokenChunk.newBuilder()
            .setRequestId(id)
            .setTenant("shop")
            .setTokenIds(List.of(1, 2))
            .setFinishReason("stop")
            .build());
  }

  private void refuse(RecordMetadata source) throws Exception {
    send(
        Topics.DEAD_LETTERS,
        DeadLetter.class,
        "dead",
        NOON,
        DeadLetter.newBuilder()
            .setSourceTopic(source.topic())
            .setSourcePartition(source.partition())
            .setSourceOffset(source.offset())
            .setCode("duplicate_request_id")
            .setMessage("")
            .build());
  }

  private void totals(int requests) throws Exception {
    send(
        Topics.USAGE_TOTALS,
        UsageTotals.class,
        "account",
        NOON,
        UsageTotals.newBuilder()
            .setTenant("shop")
            .setModel("m")
            .setLane(Lane.ONLINE)
            .setHourStartMs(NOON.toEpochMilli())
            .setRequests(requests)
            .setCompleted(requests)
            .setCompletionTokens(2L * requests)
            .build());
  }

  /** After a marker, as a run of the router does. */
  private void dispatch(String id) throws Exception {
    for (int partition = 0; partition < 2; partition++) {
      producer
          .send(
              new ProducerRecord<>(
                  DISPATCH,
                  partition,
                  NOON.toEpochMilli(),
                  null,
                  null,
                  RouterIncarnation.headers(1)))
          .get();
    }
    var request =
        DispatchedRequest.newBuilder()
            .setRequestId(id)
            .setTenant("shop")
            .setModel("m")
            .setDeployment("d")
            .setLane(Lane.ONLINE)
            .setPromptTokenIds(List.of())
            .setSampling(
                ResolvedSampling.newBuilder()
                    .setMaxTokens(1)
                    .setTemperature(0)
                    .setTopP(1)
                    .setTopK(0)
                    .setSeed(0)
                    .build())
            .setReplyPartition(0)
            .build();
    var codec =
        new AvroCodec<>(
            SchemaRegistries.connect(REGISTRY), Topics.DISPATCH_SUBJECT, DispatchedRequest.class);
    producer.send(record(DISPATCH, id, NOON, codec.encode(request))).get();
  }

  /** What the router's job commits with a checkpoint. */
  private void routerHasReadAll() throws Exception {
    try (var admin =
            Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()));
        var reader =
            new RangeReader(ClientOptions.of(broker.bootstrapServers(), REGISTRY), CLOCK)) {
      var partitions =
          reader.partitions(List.of(Topics.REQUESTS.name(), Topics.REQUESTS_OFFLINE.name()));
      var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
      for (var partition : partitions) {
        var end =
            admin
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
        positions.put(partition, new OffsetAndMetadata(end));
      }
      admin.alterConsumerGroupOffsets("weir-router", positions).all().get();
    }
  }

  private <T extends SpecificRecord> RecordMetadata send(
      TopicSpec topic, Class<T> type, String id, Instant at, T value) throws Exception {
    return producer.send(record(topic.name(), id, at, codec(topic, type).encode(value))).get();
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String id, Instant at, byte[] value) {
    return new ProducerRecord<>(
        topic, null, at.toEpochMilli(), new RequestKey("shop", id).bytes(), value);
  }

  private static <T extends SpecificRecord> AvroCodec<T> codec(TopicSpec topic, Class<T> type) {
    return new AvroCodec<>(SchemaRegistries.connect(REGISTRY), topic.subject(), type);
  }

  private Producer<byte[], byte[]> producer(Map<String, Object> more) {
    var properties = new HashMap<String, Object>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("linger.ms", 0);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
