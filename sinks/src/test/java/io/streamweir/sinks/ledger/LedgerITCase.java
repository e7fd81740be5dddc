package io.streamweir.sinks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerITCase {

  private static final String REGISTRY = "memory:ledger";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long NOON = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();

  @TempDir Path directory;
  private EmbeddedKafka broker;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void startBroker() throws Exception {
    broker = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(directory.resolve("kafka")));
    broker.createTopics(Topics.FIXED.stream().map(topic -> topic.toNewTopic((short) 1)).toList());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void stopBroker() {
    producer.close();
    broker.close();
  }

  @Test
  void shouldAddUpByTenantModelLaneAndHourWhenRestartedInBetween() {
    try (var ledger = start("first")) {
      IntStream.range(0, 100).forEach(i -> bill("a-" + i, "shop", NOON + i));
      awaitTotals(totals -> requests(totals, "shop") == 100);
    }
    // Without its state directory: the state comes back from Kafka.
    try (var ledger = start("second")) {
      IntStream.range(100, 150).forEach(i -> bill("a-" + i, "shop", NOON + i));
      bill("late", "shop", NOON + Duration.ofHours(1).toMillis());
      bill("other", "bank", NOON);

      var totals = awaitTotals(all -> requests(all, "shop") == 151 && requests(all, "bank") == 1);

      var account = totals.get("shop/m/online/" + NOON);
      assertThat(account.getRequests()).isEqualTo(150);
      assertThat(account.getPromptTokens()).isEqualTo(150 * 7);
      assertThat(account.getCompletionTokens()).isEqualTo(150 * 3);
      assertThat(totals).hasSize(3);
    }
  }

  @Test
  void shouldReportASecondBillInsteadOfAddingItUp() {
    try (var ledger = start("ledger")) {
      bill("once", "shop", NOON);
      bill("twice", "shop", NOON);
      bill("twice", "shop", NOON);
      producer.send(new ProducerRecord<>(Topics.USAGE.name(), new byte[] {1}, new byte[] {9, 9}));
      bill("last", "shop", NOON);

      var totals = awaitTotals(all -> requests(all, "shop") >= 3);
      var letters = await(Topics.DEAD_LETTERS, DeadLetter.class, all -> all.size() == 2).values();

      assertThat(requests(totals, "shop")).isEqualTo(3);
      assertThat(letters)
          .extracting(DeadLetter::getCode)
          .containsExactlyInAnyOrder("usage_not_unique", "undecodable_record");
    }
  }

  private Ledger start(String state) {
    return Ledger.start(
        LedgerSettings.TABLE.parse(
            Map.of(
                "kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "schema.registry.url",
                REGISTRY,
                "state.dir",
                directory.resolve(state).toString())),
        () -> {});
  }

  private void bill(String requestId, String tenant, long finishedAt) {
    var record =
        UsageRecord.newBuilder()
            .setRequestId(requestId)
            .setTenant(tenant)
            .setModel("m")
            .setStatus(ResultStatus.COMPLETED)
            .setUsage(TokenUsage.newBuilder().setPromptTokens(7).setCompletionTokens(3).build())
            .setFinishedAtMs(finishedAt)
            .build();
    producer.send(
        new ProducerRecord<>(
            Topics.USAGE.name(),
            new RequestKey(tenant, requestId).bytes(),
            codec(Topics.USAGE, UsageRecord.class).encode(record)));
  }

  private static long requests(Map<String, UsageTotals> totals, String tenant) {
    return totals.values().stream()
        .filter(account -> account.getTenant().equals(tenant))
        .mapToLong(UsageTotals::getRequests)
        .sum();
  }

  private Map<String, UsageTotals> awaitTotals(Predicate<Map<String, UsageTotals>> condition) {
    return await(Topics.USAGE_TOTALS, UsageTotals.class, condition);
  }

  /** The last record of each key, read committed, once the condition holds. */
  private <T extends SpecificRecord> Map<String, T> await(
      TopicSpec topic, Class<T> type, Predicate<Map<String, T>> condition) {
    var last = new HashMap<String, T>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic.name(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (!condition.test(last)) {
        assertThat(System.nanoTime()).as("in time; so far %s", last).isLessThan(deadline);
        consumer
            .poll(Duration.ofMillis(500))
            .forEach(
                record ->
                    last.put(new String(record.key()), codec(topic, type).decode(record.value())));
      }
    }
    return last;
  }

  private static <T extends SpecificRecord> AvroCodec<T> codec(TopicSpec topic, Class<T> type) {
    return new AvroCodec<>(SchemaRegistries.connect(REGISTRY), topic.subject(), type);
  }
}
