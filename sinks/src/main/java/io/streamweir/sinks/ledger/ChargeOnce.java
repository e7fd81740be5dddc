package io.streamweir.sinks.ledger;

import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Lets the first usage record of a request pass and turns every further one, and what is none, into
 * a dead letter.
 *
 * <p>What was charged is remembered by the time of this process, not by that of the records: the
 * store forgets by the newest time that it has seen, so one producer with a clock in the future
 * would make it forget everything. If the clock of this process jumps back, its time stands still.
 */
final class ChargeOnce implements Processor<byte[], byte[], byte[], ChargeOnce.Outcome> {

  /** One of the two is null. */
  record Outcome(UsageRecord usage, byte[] deadLetter) {}

  private final AvroCodec<UsageRecord> usage;
  private final AvroCodec<DeadLetter> letters;
  private final Duration uniqueness;
  private final InstantSource clock;
  private ProcessorContext<byte[], Outcome> context;
  private WindowStore<byte[], Long> charged;
  private KeyValueStore<String, Long> violations;
  private long newest;

  ChargeOnce(
      AvroCodec<UsageRecord> usage,
      AvroCodec<DeadLetter> letters,
      Duration uniqueness,
      InstantSource clock) {
    this.usage = usage;
    this.letters = letters;
    this.uniqueness = uniqueness;
    this.clock = clock;
  }

  @Override
  public void init(ProcessorContext<byte[], Outcome> context) {
    this.context = context;
    this.charged = context.getStateStore(LedgerTopology.CHARGED_STORE);
    this.violations = context.getStateStore(LedgerTopology.VIOLATIONS_STORE);
    // The first from the back is in the newest segment, which is not the one to be dropped next.
    try (var fromTheBack = charged.backwardAll()) {
      this.newest = fromTheBack.hasNext() ? fromTheBack.next().key.window().start() : 0;
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    context.forward(record.withValue(judge(record)));
  }

  private Outcome judge(Record<byte[], byte[]> record) {
    try {
      return judge(record, usage.decode(record.value()));
    } catch (UndecodableRecordException e) {
      var about = Violation.at(e.code(), record.timestamp(), tenantOf(record.key()));
      return refuse(record, about, e.getMessage());
    }
  }

  private Outcome judge(Record<byte[], byte[]> record, UsageRecord bill) {
    var identity = new RequestKey(bill.getTenant(), bill.getRequestId());
    if (!Arrays.equals(identity.bytes(), record.key())) {
      return refuse(
          record,
          Violation.at("usage_key_mismatch", bill.getFinishedAtMs(), bill.getTenant()),
          "The usage record of "
              + identity
              + " has another key, so it may be on a partition where nobody knows whether that"
              + " request was charged; it was not added up. Its producer must use tenant/request_id"
              + " as key.");
    }
    newest = Math.max(newest, clock.millis());
    if (isCharged(record.key())) {
      return refuse(
          record,
          Violation.at("usage_not_unique", bill.getFinishedAtMs(), bill.getTenant()),
          "A second usage record for "
              + identity
              + "; it was not added up. Compare results, usage and tokens of that request.");
    }
    charged.put(record.key(), newest, newest);
    return new Outcome(bill, null);
  }

  private boolean isCharged(byte[] key) {
    var window = uniqueness.toMillis();
    try (var earlier = charged.fetch(key, Math.max(0, newest - window), newest + window)) {
      return earlier.hasNext();
    }
  }

  private static String tenantOf(byte[] key) {
    var text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
    return text.substring(0, Math.max(0, text.indexOf('/')));
  }

  private Outcome refuse(Record<byte[], byte[]> record, Violation violation, String message) {
    var before = violations.get(violation.key());
    violations.put(violation.key(), before == null ? 1 : before + 1);
    var at = context.recordMetadata();
    return new Outcome(
        null,
        letters.encode(
            DeadLetter.newBuilder()
                .setSourceTopic(at.map(RecordMetadata::topic).orElse(""))
                .setSourcePartition(at.map(RecordMetadata::partition).orElse(-1))
                .setSourceOffset(at.map(RecordMetadata::offset).orElse(-1L))
                .setCode(violation.code())
                .setMessage(message)
                .setKey(record.key() == null ? null : ByteBuffer.wrap(record.key()))
                .setValue(record.value() == null ? null : ByteBuffer.wrap(record.value()))
                .setFailedAtMs(clock.millis())
                .build()));
  }
}
