package io.streamweir.sinks.ledger;

import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.AvroDeserializer;
import io.streamweir.schemas.codec.AvroSerializer;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
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
 * request id is not added up but reported as a dead letter, so that a violation is seen instead of
 * billed.
 */
final class LedgerTopology {

  static final String CHARGED_STORE = "charged";
  private static final String TOTALS_STORE = "totals";

  private LedgerTopology() {}

  static Topology build(SchemaRegistry registry, Duration uniqueness) {
    var usage = serde(registry, Topics.USAGE.subject(), UsageRecord.class);
    var totals = serde(registry, Topics.USAGE_TOTALS.subject(), UsageTotals.class);
    var letters =
        new AvroCodec<>(
            registry, Topics.DEAD_LETTERS.subject(), io.streamweir.schemas.DeadLetter.class);
    var decoder = new AvroCodec<>(registry, Topics.USAGE.subject(), UsageRecord.class);

    var builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.windowStoreBuilder(
            Stores.persistentWindowStore(CHARGED_STORE, uniqueness, uniqueness, false),
            Serdes.ByteArray(),
            Serdes.Long()));
    var branches =
        builder.stream(Topics.USAGE.name(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
            .process(() -> new ChargeOnce(decoder, letters, uniqueness), CHARGED_STORE)
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
            Grouped.with("by-account", Serdes.String(), usage))
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
