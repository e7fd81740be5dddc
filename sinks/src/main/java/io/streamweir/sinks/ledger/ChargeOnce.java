package io.streamweir.sinks.ledger;

import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Lets the first usage record of a request pass and turns every further one, and what is none, into
 * a dead letter.
 */
final class ChargeOnce implements Processor<byte[], byte[], byte[], ChargeOnce.Outcome> {

  /** One of the two is null. */
  record Outcome(UsageRecord usage, byte[] deadLetter) {}

  private final AvroCodec<UsageRecord> usage;
  private final AvroCodec<DeadLetter> letters;
  private final Duration uniqueness;
  private ProcessorContext<byte[], Outcome> context;
  private WindowStore<byte[], Long> charged;

  ChargeOnce(AvroCodec<UsageRecord> usage, AvroCodec<DeadLetter> letters, Duration uniqueness) {
    this.usage = usage;
    this.letters = letters;
    this.uniqueness = uniqueness;
  }

  @Override
  public void init(ProcessorContext<byte[], Outcome> context) {
    this.context = context;
    this.charged = context.getStateStore(LedgerTopology.CHARGED_STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    context.forward(record.withValue(judge(record)));
  }

  private Outcome judge(Record<byte[], byte[]> record) {
    try {
      var bill = usage.decode(record.value());
      if (isCharged(record)) {
        return refuse(
            record,
            "usage_not_unique",
            "A second usage record for "
                + bill.getTenant()
                + "/"
                + bill.getRequestId()
                + "; it was not added up. Compare results, usage and tokens of that request.");
      }
      charged.put(record.key(), record.timestamp(), record.timestamp());
      return new Outcome(bill, null);
    } catch (UndecodableRecordException e) {
      return refuse(record, e.code(), e.getMessage());
    }
  }

  private boolean isCharged(Record<byte[], byte[]> record) {
    var from = record.timestamp() - uniqueness.toMillis();
    try (var earlier =
        charged.fetch(
            record.key(), Math.max(0, from), record.timestamp() + uniqueness.toMillis())) {
      return earlier.hasNext();
    }
  }

  private Outcome refuse(Record<byte[], byte[]> record, String code, String message) {
    var at = context.recordMetadata();
    return new Outcome(
        null,
        letters.encode(
            DeadLetter.newBuilder()
                .setSourceTopic(at.map(RecordMetadata::topic).orElse(""))
                .setSourcePartition(at.map(RecordMetadata::partition).orElse(-1))
                .setSourceOffset(at.map(RecordMetadata::offset).orElse(-1L))
                .setCode(code)
                .setMessage(message)
                .setKey(record.key() == null ? null : ByteBuffer.wrap(record.key()))
                .setValue(record.value() == null ? null : ByteBuffer.wrap(record.value()))
                .setFailedAtMs(context.currentSystemTimeMs())
                .build()));
  }
}
