package io.streamweir.sinks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.config.Config;
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
import io.streamweir.sinks.query.UsageServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerITCase {

  private static final String REGISTRY = "memory:ledger";
  private static final Duration TIMEOUT = Duration.ofMinutes(4);
  private static final long NOON = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();

  private static final InstantSource IN_A_YEAR =
      InstantSource.offset(InstantSource.system(), Duration.ofDays(365));
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir static Path directory;
  private static EmbeddedKafka broker;
  private static KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(directory.resolve("kafka")));
    broker.createTopics(Topics.FIXED.stream().map(topic -> topic.toNewTopic((short) 1)).toList());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stopBroker() {
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
    try (var ledger = start("second");
        var server = UsageServer.start(config("second"), ledger, InstantSource.system())) {
      IntStream.range(100, 150).forEach(i -> bill("a-" + i, "shop", NOON + i));
      bill("late", "shop", NOON + Duration.ofHours(1).toMillis());
      bill("other", "bank", NOON);

      var totals = awaitTotals(all -> requests(all, "shop") == 151 && requests(all, "bank") == 1);

      var account = totals.get("shop/m/online/" + NOON);
      assertThat(account.getRequests()).isEqualTo(150);
      assertThat(account.getCompleted()).isEqualTo(150);
      assertThat(account.getPromptTokens()).isEqualTo(150 * 7);
      assertThat(account.getCachedTokens()).isEqualTo(150 * 4);
      assertThat(account.getCompletionTokens()).isEqualTo(150 * 3);
      assertThat(account.getReasoningTokens()).isEqualTo(150 * 2);
      assertThat(account.getWastedTokens()).isEqualTo(150);
      assertThat(account.getEngineTimeUs()).isEqualTo(150 * 1000);
      assertThat(requests(totals, "bank")).isEqualTo(1);

      var answer = awaitStanding(server, "?tenant=shop&group_by=tenant,hour", 0);
      assertThat(answer.at("/rows")).hasSize(2);
      assertThat(answer.at("/rows/0/hour").asText()).isEqualTo("2026-01-01T12:00:00Z");
      assertThat(answer.at("/rows/0/requests").asLong()).isEqualTo(150);
      assertThat(answer.at("/total/engine_time_us").asLong()).isEqualTo(151 * 1000);
      assertThat(answer.at("/total/reasoning_tokens").asLong()).isEqualTo(151 * 2);
      assertThat(answer.at("/undecided_records").asLong()).isZero();
      assertThat(answer.at("/violations").findValuesAsText("tenant")).doesNotContain("shop");
      assertThat(status(server, "/v1/usage?group_by=colour")).isEqualTo(400);
      assertThat(status(server, "/healthz")).isEqualTo(200);

      assertThatOpenTransactionsAreSeen(server);
    }
  }

  private void assertThatOpenTransactionsAreSeen(UsageServer server) {
    try (var job =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "job"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      job.initTransactions();
      job.beginTransaction();
      job.send(message(record("open", "club", NOON)));
      job.flush();
      assertThat(awaitStanding(server, "?tenant=club", 1).at("/rows")).isEmpty();

      job.commitTransaction();

      awaitStanding(server, "", 0);
      awaitAnswer(server, "?tenant=club", answer -> answer.at("/total/requests").asLong() == 1);
    }
  }

  @Test
  void shouldReportASecondBillInsteadOfAddingItUp() {
    try (var ledger = start("refusing", IN_A_YEAR);
        var server = UsageServer.start(config("refusing"), ledger, InstantSource.system())) {
      bill("once", "mill", NOON);
      bill("twice", "mill", NOON);
      bill("twice", "mill", NOON);
      producer.send(new ProducerRecord<>(Topics.USAGE.name(), new byte[] {1}, new byte[] {9, 9}));
      send(null, record("keyless", "mill", NOON));
      bill("last", "mill", NOON);

      var letters = await(Topics.DEAD_LETTERS, DeadLetter.class, all -> all.size() == 3).values();

      assertThat(letters)
          .extracting(DeadLetter::getCode)
          .containsExactlyInAnyOrder(
              "usage_not_unique", "undecodable_record", "usage_key_mismatch");
      var answer = awaitStanding(server, "?tenant=mill", 0);
      assertThat(answer.at("/total/requests").asLong()).isEqualTo(3);
      assertThat(answer.at("/violations").findValuesAsText("code"))
          .containsExactlyInAnyOrder(
              "usage_not_unique", "undecodable_record", "usage_key_mismatch");
      assertThat(get(server, "/metrics").body())
          .contains("weir_ledger_violations_total{code=\"usage_not_unique\"} 1")
          .contains("weir_ledger_ready 1");
    }
    // Its clock is a year behind that of its predecessor.
    try (var ledger = start("successor");
        var server = UsageServer.start(config("successor"), ledger, InstantSource.system())) {
      bill("once", "mill", NOON);

      awaitAnswer(server, "?tenant=mill", answer -> refused(answer, "usage_not_unique") == 2);
    }
  }

  @Test
  void shouldGiveOutNoPartOfASumWhenItsAccountsAreSharedWithAnotherInstance() {
    try (var ledger = start("sharing");
        var server = UsageServer.start(config("sharing"), ledger, InstantSource.system())) {
      bill("a", "fair", NOON);
      awaitAnswer(server, "?tenant=fair", answer -> answer.at("/total/requests").asLong() == 1);
      try (var other = start("shared")) {
        awaitAnswer(server, "?tenant=fair", answer -> code(answer).equals("accounts_elsewhere"));
      }
      awaitAnswer(server, "?tenant=fair", answer -> answer.at("/total/requests").asLong() == 1);
    }
  }

  private static Ledger start(String state) {
    return start(state, InstantSource.system());
  }

  private static Ledger start(String state, InstantSource clock) {
    return Ledger.start(config(state), clock, () -> {});
  }

  private static Config config(String state) {
    return LedgerSettings.TABLE.parse(
        Map.of(
            "port",
            "0",
            "kafka.bootstrap.servers",
            broker.bootstrapServers(),
            "schema.registry.url",
            REGISTRY,
            "state.dir",
            directory.resolve(state).toString()));
  }

  private static void bill(String requestId, String tenant, long finishedAt) {
    producer.send(message(record(requestId, tenant, finishedAt)));
  }

  private static void send(byte[] key, UsageRecord record) {
    producer.send(new ProducerRecord<>(Topics.USAGE.name(), key, message(record).value()));
  }

  private static ProducerRecord<byte[], byte[]> message(UsageRecord record) {
    return new ProducerRecord<>(
        Topics.USAGE.name(),
        new RequestKey(record.getTenant(), record.getRequestId()).bytes(),
        codec(Topics.USAGE, UsageRecord.class).encode(record));
  }

  private static UsageRecord record(String requestId, String tenant, long finishedAt) {
    return UsageRecord.newBuilder()
        .setRequestId(requestId)
        .setTenant(tenant)
        .setModel("m")
        .setStatus(ResultStatus.COMPLETED)
        .setUsage(new TokenUsage(7, 4, 3, 2, 1))
        .setEngineTimeUs(1000)
        .setFinishedAtMs(finishedAt)
        .build();
  }

  /** The answer once the ledger has read all, with so many records of open transactions. */
  private JsonNode awaitStanding(UsageServer server, String query, long undecided) {
    return awaitAnswer(
        server,
        query,
        answer ->
            answer.path("unread_records").asLong(-1) == 0
                && answer.path("undecided_records").asLong() == undecided);
  }

  private JsonNode awaitAnswer(UsageServer server, String query, Predicate<JsonNode> condition) {
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        var answer = new ObjectMapper().readTree(get(server, "/v1/usage" + query).body());
        if (condition.test(answer)) {
          return answer;
        }
        assertThat(System.nanoTime()).as("in time; last %s", answer).isLessThan(deadline);
        LockSupport.parkNanos(PAUSE.toNanos());
      } catch (JsonProcessingException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static String code(JsonNode answer) {
    return answer.at("/error/code").asText();
  }

  private static long refused(JsonNode answer, String code) {
    var count = 0L;
    for (var violation : answer.path("violations")) {
      count +=
          violation.path("code").asText().equals(code) ? violation.path("records").asLong() : 0;
    }
    return count;
  }

  private int status(UsageServer server, String path) {
    return get(server, path).statusCode();
  }

  private HttpResponse<String> get(UsageServer server, String path) {
    var uri = URI.create("http://127.0.0.1:" + server.port() + path);
    try {
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
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
                record -> last.put(name(record.key()), codec(topic, type).decode(record.value())));
      }
    }
    return last;
  }

  private static String name(byte[] key) {
    return key == null ? "none" : new String(key, StandardCharsets.UTF_8);
  }

  private static <T extends SpecificRecord> AvroCodec<T> codec(TopicSpec topic, Class<T> type) {
    return new AvroCodec<>(SchemaRegistries.connect(REGISTRY), topic.subject(), type);
  }
}
