package io.streamweir.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.config.Config;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker and a real PostgreSQL; each test has a database and a tenant of its own. */
class JdbcSinkITCase {

  private static final String REGISTRY = "memory:jdbc";
  private static final Duration TIMEOUT = Duration.ofMinutes(4);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final long NOON = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();

  @TempDir static Path directory;
  private static EmbeddedKafka broker;
  private static Postgres postgres;
  private static KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void startServers() throws Exception {
    broker = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(directory.resolve("kafka")));
    broker.createTopics(List.of(Topics.USAGE.toNewTopic((short) 1)));
    postgres = Postgres.start(directory.resolve("postgres"));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stopServers() throws Exception {
    producer.close();
    postgres.close();
    broker.close();
  }

  @Test
  void shouldStoreEveryBillOnceWhenItCrashesBeforeAndAfterCommits() throws Exception {
    postgres.create("crashes");
    IntStream.range(0, 60).forEach(i -> bill("crashes", "r-" + i));
    producer.flush();
    var config = config("crashes", Map.of("batch.records", "5"));
    var crashing = new CrashingConnector(Connector.of(config));
    var crashes = 0;

    while (stored("crashes") < 60) {
      var run = new Running(new JdbcSink(config, crashing));
      try (run) {
        run.awaitCrashOr(() -> stored("crashes") == 60);
      }
      crashes += run.failure() == null ? 0 : 1;
    }

    assertThat(crashing.crashesBeforeCommit()).isGreaterThan(1);
    assertThat(crashing.crashesAfterCommit()).isGreaterThan(1);
    assertThat(crashes).isEqualTo(crashing.crashesBeforeCommit() + crashing.crashesAfterCommit());
    assertThat(count("crashes", "weir_usage_refused WHERE code = 'usage_not_unique'")).isZero();
    assertThat(
            number("crashes", "SELECT sum(prompt_tokens) FROM weir_usage WHERE tenant = 'crashes'"))
        .isEqualTo(60 * 7);
  }

  @Test
  void shouldWaitAndGoOnWhenTheDatabaseIsDownAtTheStartAndInTheMiddle() throws Exception {
    postgres.create("outage");
    var config = config("outage", Map.of("retry.pause", "10 ms", "retry.pause.max", "100 ms"));
    var refused = new AtomicInteger();
    var real = Connector.of(config);
    Connector counting =
        () -> {
          try {
            return real.connect();
          } catch (SQLException e) {
            refused.incrementAndGet();
            throw e;
          }
        };
    postgres.stop();
    try (var sink = new JdbcSink(config, counting);
        var run = new Running(sink)) {
      bill("outage", "before");
      await(() -> refused.get() >= 3);
      postgres.start();
      await(() -> stored("outage") == 1);

      postgres.stop();
      var refusedBefore = refused.get();
      bill("outage", "meanwhile");
      await(() -> refused.get() > refusedBefore);
      postgres.start();
      await(() -> stored("outage") == 2);

      assertThat(run.failure()).isNull();
    }
  }

  @Test
  void shouldKeepWhatIsNoBillBesideTheBillsThatFollowIt() throws Exception {
    postgres.create("refusals");
    bill("refusals", "once");
    bill("refusals", "twice");
    bill("refusals", "twice");
    bill("refusals", "nul\0");
    send(key("refusals", "endless"), record("refusals", "endless", Long.MAX_VALUE));
    producer.send(
        new ProducerRecord<>(Topics.USAGE.name(), key("refusals", "garbage"), new byte[] {9, 9}));
    bill("refusals", "last");

    try (var sink = new JdbcSink(config("refusals", Map.of()));
        var run = new Running(sink)) {
      await(() -> stored("refusals") == 3);
      await(() -> refusals("refusals", "usage_not_unique") == 1);
      await(() -> refusals("refusals", "unstorable_value") == 2);
      await(() -> refusals("refusals", "undecodable_record") == 1);
      assertThat(run.failure()).isNull();
    }
    assertThat(
            number(
                "refusals",
                "SELECT count(*) FROM weir_usage_refused WHERE record_value = '\\x0909'"))
        .isOne();
    assertThat(
            number(
                "refusals",
                "SELECT count(*) FROM weir_usage_refused WHERE record_key = 'refusals/twice'"))
        .isOne();
  }

  @Test
  void shouldSayWhichBillsAreGoneWhenRetentionWasFaster() throws Exception {
    postgres.create("gap");
    bill("gap", "first");
    producer.flush();
    var written = written();
    try (var sink = new JdbcSink(config("gap", Map.of()));
        var run = new Running(sink)) {
      await(() -> stored("gap") == 1);
      await(() -> number("gap", "SELECT sum(next_offset) FROM weir_usage_progress") == written);
    }
    bill("gap", "never-read");
    producer.flush();
    deleteAll();
    bill("gap", "last");

    try (var sink = new JdbcSink(config("gap", Map.of()));
        var run = new Running(sink)) {
      await(() -> stored("gap") == 2);
      assertThat(refusals("gap", "usage_gap")).isOne();
    }
  }

  @Test
  void shouldStoreNothingWhenAnotherInstanceHasGoneOn() throws Exception {
    postgres.create("overtaken");
    var connector = Connector.of(config("overtaken", Map.of()));
    var bills = List.of(new Bill(0, 10, record("overtaken", "a", NOON), new byte[0], new byte[0]));
    try (var frozen = UsageDatabase.open(connector, true);
        var other = UsageDatabase.open(connector, true)) {
      assertThat(frozen.nextOffsets(Map.of(0, 10L))).isEqualTo(Map.of(0, 10L));
      assertThat(other.nextOffsets(Map.of(0, 0L))).isEqualTo(Map.of(0, 10L));
      other.store(List.of(), List.of(), List.of(new Step(0, 10, 20)));

      assertThatThrownBy(() -> frozen.store(bills, List.of(), List.of(new Step(0, 10, 11))))
          .isInstanceOf(OvertakenException.class);
    }

    assertThat(count("overtaken", "weir_usage")).isZero();
    assertThat(number("overtaken", "SELECT next_offset FROM weir_usage_progress")).isEqualTo(20);
  }

  @Test
  void shouldStopWithAReasonWhenTheDatabaseDoesNotExist() {
    try (var sink = new JdbcSink(config("missing", Map.of()))) {
      assertThatThrownBy(sink::run)
          .isInstanceOf(JdbcSinkException.class)
          .hasMessageContaining("\"missing\" does not exist")
          .hasMessageContaining("jdbc.url");
    }
  }

  /** A sink at work on a thread of its own, until it is closed. */
  private static final class Running implements AutoCloseable {
    private final JdbcSink sink;
    private final CompletableFuture<Void> work;

    Running(JdbcSink sink) {
      this.sink = sink;
      this.work = CompletableFuture.runAsync(sink::run);
    }

    Throwable failure() {
      return work.handle((done, failure) -> failure).getNow(null);
    }

    void awaitCrashOr(Condition condition) throws SQLException {
      await(() -> work.isDone() || condition.holds());
    }

    /** Ends it, and waits until it has ended or crashed. */
    @Override
    public void close() {
      sink.close();
      work.handle((done, failure) -> failure).orTimeout(1, TimeUnit.MINUTES).join();
    }
  }

  private interface Condition {
    boolean holds() throws SQLException;
  }

  private static void await(Condition condition) throws SQLException {
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Bills of the tenant that is named as its database; 0 before there are tables. */
  private static long stored(String database) throws SQLException {
    var tables =
        number(
            database,
            "SELECT count(*) FROM information_schema.tables WHERE table_name = 'weir_usage_refused'");
    return tables == 0 ? 0 : count(database, "weir_usage WHERE tenant = '" + database + "'");
  }

  private static long refusals(String database, String code) throws SQLException {
    return count(database, "weir_usage_refused WHERE code = '" + code + "'");
  }

  private static long count(String database, String from) throws SQLException {
    return number(database, "SELECT count(*) FROM " + from);
  }

  private static long number(String database, String sql) throws SQLException {
    try (var connection = postgres.connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static Config config(String database, Map<String, String> others) {
    var settings = new HashMap<>(others);
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", REGISTRY);
    settings.put("kafka.group", database);
    settings.put("jdbc.url", postgres.url(database));
    settings.put("jdbc.user", "postgres");
    return JdbcSettings.TABLE.parse(settings);
  }

  private static void bill(String tenant, String requestId) {
    send(key(tenant, requestId), record(tenant, requestId, NOON));
  }

  private static byte[] key(String tenant, String requestId) {
    return new RequestKey(tenant, requestId).bytes();
  }

  private static UsageRecord record(String tenant, String requestId, long finishedAt) {
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

  private static void send(byte[] key, UsageRecord record) {
    var codec =
        new AvroCodec<>(
            SchemaRegistries.connect(REGISTRY), Topics.USAGE.subject(), UsageRecord.class);
    producer.send(new ProducerRecord<>(Topics.USAGE.name(), key, codec.encode(record)));
  }

  /** Records that the topic ever had. */
  private static long written() throws Exception {
    try (var admin = admin()) {
      var latest = new HashMap<TopicPartition, OffsetSpec>();
      partitions().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
      return admin.listOffsets(latest).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    }
  }

  /** What retention does, at once. */
  private static void deleteAll() throws Exception {
    try (var admin = admin()) {
      var all = new HashMap<TopicPartition, RecordsToDelete>();
      partitions().forEach(partition -> all.put(partition, RecordsToDelete.beforeOffset(-1)));
      admin.deleteRecords(all).all().get();
    }
  }

  private static Stream<TopicPartition> partitions() {
    return IntStream.range(0, Topics.USAGE.partitions())
        .mapToObj(partition -> new TopicPartition(Topics.USAGE.name(), partition));
  }

  private static Admin admin() {
    return Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()));
  }
}
