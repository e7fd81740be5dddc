package io.streamweir.sinks.jdbc;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells bills from records that cannot be stored as bills. These are kept byte for byte in a table
 * of their own, in the same transaction: to stop at one would hold back the bills behind it, and to
 * skip it would lose it.
 */
final class Refusals {

  /** Years with four digits: what every tool that reads the table takes. */
  private static final long LATEST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private final AvroCodec<UsageRecord> codec;

  Refusals(AvroCodec<UsageRecord> codec) {
    this.codec = codec;
  }

  /** Adds the record to the bills or to the refusals. */
  void sort(ConsumerRecord<byte[], byte[]> record, List<Bill> bills, List<Refusal> refusals) {
    try {
      var usage = codec.decode(record.value());
      unstorable(usage)
          .ifPresentOrElse(
              reason -> refusals.add(of(record, "unstorable_value", reason)),
              () ->
                  bills.add(
                      new Bill(
                          record.partition(),
                          record.offset(),
                          usage,
                          record.key(),
                          record.value())));
    } catch (UndecodableRecordException e) {
      refusals.add(of(record, e.code(), e.getMessage()));
    }
  }

  static Refusal notUnique(Bill bill, int partition, long offset) {
    var usage = bill.usage();
    return new Refusal(
        bill.partition(),
        bill.offset(),
        "usage_not_unique",
        "A second usage record for "
            + new RequestKey(usage.getTenant(), usage.getRequestId())
            + "; the one of partition "
            + partition
            + ", offset "
            + offset
            + " is stored. Compare results, usage and tokens of that request.",
        bill.key(),
        bill.value());
  }

  static Refusal gap(int partition, long from, long to) {
    return new Refusal(
        partition,
        from,
        "usage_gap",
        "The offsets from "
            + from
            + " to "
            + (to - 1)
            + " were deleted by retention before this sink read them. Restore them from another"
            + " consumer of usage, or bill by results.",
        null,
        null);
  }

  private static Refusal of(ConsumerRecord<byte[], byte[]> record, String code, String message) {
    return new Refusal(
        record.partition(),
        record.offset(),
        code,
        message.replace("\0", "\\0"),
        record.key(),
        record.value());
  }

  private static Optional<String> unstorable(UsageRecord usage) {
    var texts =
        Stream.of(
            usage.getTenant(),
            usage.getRequestId(),
            usage.getModel(),
            usage.getDeployment(),
            usage.getAccelerator());
    if (texts.anyMatch(text -> text.indexOf('\0') >= 0)) {
      return Optional.of(
          "A text of the record holds a NUL character, which PostgreSQL cannot store.");
    }
    if (usage.getFinishedAtMs() < 0 || usage.getFinishedAtMs() > LATEST) {
      return Optional.of(
          "finished_at_ms is "
              + usage.getFinishedAtMs()
              + ", which is no time between 1970 and 9999.");
    }
    return Optional.empty();
  }
}
