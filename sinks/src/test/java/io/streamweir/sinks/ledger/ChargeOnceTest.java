package io.streamweir.sinks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology under clocks of which each does as it likes. */
class ChargeOnceTest {

  private static final Duration WINDOW = Duration.ofDays(7);
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final SchemaRegistry registry = SchemaRegistries.connect("memory:charge-once");
  @TempDir Path directory;
  private Instant clock = NOW;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> usage;
  private TestOutputTopic<byte[], byte[]> totals;
  private TestOutputTopic<byte[], byte[]> letters;

  @BeforeEach
  void start() {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "ledger");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver =
        new TopologyTestDriver(
            LedgerTopology.build(registry, WINDOW, () -> clock), properties, NOW);
    usage =
        driver.createInputTopic(
            Topics.USAGE.name(), new ByteArraySerializer(), new ByteArraySerializer());
    totals = output(Topics.USAGE_TOTALS.name());
    letters = output(Topics.DEAD_LETTERS.name());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldStillRefuseASecondBillWhenAProducersClockIsInTheFuture() {
    bill("once", NOW);
    bill("from-the-future", NOW.plus(WINDOW.multipliedBy(10)));
    bill("present", NOW);
    bill("once", NOW);
    bill("present", NOW);

    assertThat(codes()).containsExactly("usage_not_unique", "usage_not_unique");
    assertThat(lastTotal().getRequests()).isEqualTo(2);
  }

  @Test
  void shouldStillRefuseASecondBillWhenItsOwnClockJumpedForthAndBack() {
    clock = NOW.plus(WINDOW.multipliedBy(10));
    bill("ahead", NOW);
    clock = NOW;
    bill("back", NOW);
    bill("back", NOW);
    bill("ahead", NOW);

    assertThat(codes()).containsExactly("usage_not_unique", "usage_not_unique");
  }

  @Test
  void shouldAddALateBillToItsHourWhenALaterHourHasBills() {
    bill("later", NOW.plus(Duration.ofDays(30)));
    bill("late", NOW);

    assertThat(codes()).isEmpty();
    assertThat(lastTotal().getHourStartMs()).isEqualTo(NOW.toEpochMilli());
  }

  private void bill(String requestId, Instant finishedAt) {
    usage.pipeInput(
        key(requestId), bills().encode(record(requestId, finishedAt)), finishedAt.toEpochMilli());
  }

  private static byte[] key(String requestId) {
    return new RequestKey("shop", requestId).bytes();
  }

  private AvroCodec<UsageRecord> bills() {
    return new AvroCodec<>(registry, Topics.USAGE.subject(), UsageRecord.class);
  }

  private static UsageRecord record(String requestId, Instant finishedAt) {
    return UsageRecord.newBuilder()
        .setRequestId(requestId)
        .setTenant("shop")
        .setModel("m")
        .setStatus(ResultStatus.COMPLETED)
        .setUsage(new TokenUsage(7, 0, 3, 0, 0))
        .setFinishedAtMs(finishedAt.toEpochMilli())
        .build();
  }

  private List<String> codes() {
    var codec = new AvroCodec<>(registry, Topics.DEAD_LETTERS.subject(), DeadLetter.class);
    return letters.readValuesToList().stream().map(codec::decode).map(DeadLetter::getCode).toList();
  }

  private UsageTotals lastTotal() {
    var all = totals.readValuesToList();
    return new AvroCodec<>(registry, Topics.USAGE_TOTALS.subject(), UsageTotals.class)
        .decode(all.get(all.size() - 1));
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
