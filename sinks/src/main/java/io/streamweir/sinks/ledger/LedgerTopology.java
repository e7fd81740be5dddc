package io.streamweir.sinks.ledger;

import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.AvroDeserializer;
import io.streamweir.schemas.codec.AvroSerializer;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;

/**
 * usage -> one record per request id -> by account -> totals.
 *
 * <p>The usage topic is exact by itself; the ledger checks it all the same. A second record for a
 * request id is not added up but reported as a dead letter and counted in a store that queries
 * show, so that a violation is seen instead of billed. The hours are accounts that never close: a
 * bill that comes late, after whatever recovery, is added to the hour it belongs to.
 */
final class LedgerTopology {

  static final String CHARGED_STORE = "charged";
  static final String VIOLATIONS_STORE = "violations";
  static final String TOTALS_STORE = "totals";
  private static final String BY_ACCOUNT = "by-account";

  /**
   * The changelog's entries have the time of the usage records, and are kept from then on. A
   * backlog that is read late would be forgotten while it is read.
   */
  private static final Map<String, String> BY_APPEND_TIME =
      Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");

  private LedgerTopology() {}

  /** Between the check and the sums: what was charged, by account. */
  static String repartitionTopic(String applicationId) {
    return applicationId + "-" + BY_ACCOUNT + "-repartition";
  }

  static Topology build(SchemaRegistry registry, Duration uniqueness, InstantSource clock) {
    var usage = serde(registry, Topics.USAGE.subject(), UsageRecord.class);
    var totals = serde(registry, Topics.USAGE_TOTALS.subject(), UsageTotals.class);
    var letters = new AvroCodec<>(registry, Topics.DEAD_LETTERS.subject(), DeadLetter.class);
    var decoder = new AvroCodec<>(registry, Topics.USAGE.subject(), UsageRecord.class);

    var builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.windowStoreBuilder(
                Stores.persistentWindowStore(CHARGED_STORE, uniqueness, uniqueness, false),
                Serdes.ByteArray(),
                Serdes.Long())
            .withLoggingEnabled(BY_APPEND_TIME));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(VIOLATIONS_STORE), Serdes.String(), Serdes.Long()));
    var branches =
        builder.stream(Topics.USAGE.name(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
            .process(
                () -> new ChargeOnce(decoder, letters, uniqueness, clock),
                CHARGED_STORE,
                VIOLATIONS_STORE)
            .split(Named.as("usage-"))
            .branch((key, outcome) -> outcome.deadLetter() != null, Branched.as("refused"))
            .defaultBranch(Branched.as("charged"));
    branches
        .get("usage-refused")
        .mapValues(ChargeOnce.Outcome::deadLetter)
        .to(Topics.DEAD_LETTERS.name(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    branches
        .get("usage-charged")
        .mapValues(ChargeOnce.Outcome::usage)
        .groupBy(
            (key, record) -> Account.of(record).key(),
            Grouped.with(BY_ACCOUNT, Serdes.String(), usage))
        .aggregate(
            () -> null,
            (account, record, sum) -> Account.add(record, sum),
            Materialized.<String, UsageTotals>as(Stores.persistentKeyValueStore(TOTALS_STORE))
                .withKeySerde(Serdes.String())
                .withValueSerde(totals))
        .toStream()
        .to(Topics.USAGE_TOTALS.name(), Produced.with(Serdes.String(), totals));
    return builder.build();
  }

  private static <T extends SpecificRecord> Serde<T> serde(
      SchemaRegistry registry, String subject, Class<T> type) {
    var codec = new AvroCodec<>(registry, subject, type);
    return Serdes.serdeFrom(new AvroSerializer<>(codec), new AvroDeserializer<>(codec));
  }
}
