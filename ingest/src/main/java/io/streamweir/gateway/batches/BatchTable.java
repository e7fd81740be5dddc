package io.streamweir.gateway.batches;

import io.streamweir.client.internal.RecordKeys;
import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.BatchStatus;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The batches there are and which of them were cancelled, as the topics tell. Thread-safe. */
final class BatchTable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchTable.class);
  private static final Duration CANCELS_KEPT = Topics.CONTROL.retention();
  private static final Comparator<BatchRecord> OLDEST_FIRST =
      Comparator.<BatchRecord>comparingLong(batch -> batch.getTimes().getCreatedAtMs())
          .thenComparing(BatchRecord::getBatchId);

  private final AvroCodec<BatchRecord> codec;
  private final InstantSource clock;
  private final Map<RequestKey, BatchRecord> batches = new ConcurrentHashMap<>();

  /** When it was asked for, epoch milliseconds. */
  private final Map<RequestKey, Long> cancels = new ConcurrentHashMap<>();

  BatchTable(SchemaRegistry registry, InstantSource clock) {
    this.codec = new AvroCodec<>(registry, Topics.BATCHES.subject(), BatchRecord.class);
    this.clock = clock;
  }

  /** A batch as a value of its topic. */
  byte[] encode(BatchRecord batch) {
    return codec.encode(batch);
  }

  static RequestKey keyOf(BatchRecord batch) {
    return new RequestKey(batch.getTenant(), batch.getBatchId());
  }

  /** Takes the next record of the topic of batches. */
  void takeBatch(ConsumerRecord<byte[], byte[]> taken) {
    var key = RecordKeys.of(taken);
    if (key == null) {
      return;
    }
    if (taken.value() == null) {
      batches.remove(key);
      return;
    }
    try {
      var batch = codec.decode(taken.value());
      // Of orders under one idempotency key, taken by several gateways at once, the first counts.
      batches.merge(
          key,
          batch,
          (known, later) -> later.getStatus() == BatchStatus.VALIDATING ? known : later);
    } catch (UndecodableRecordException e) {
      LOG.warn("Batch record at offset {} is ignored: {}", taken.offset(), e.getMessage());
    }
  }

  /** Takes the next record of the topic of commands; only those about batches are of interest. */
  void takeCommand(ConsumerRecord<byte[], byte[]> taken) {
    var key = RecordKeys.of(taken);
    if (key != null && BatchLine.isBatch(key.requestId())) {
      var old = clock.millis() - CANCELS_KEPT.toMillis();
      cancels.values().removeIf(since -> since < old);
      cancels.putIfAbsent(key, taken.timestamp());
    }
  }

  Optional<BatchRecord> find(RequestKey key) {
    return Optional.ofNullable(batches.get(key));
  }

  /** When it was asked to cancel a batch, epoch milliseconds; empty if it was not. */
  Optional<Long> cancelled(RequestKey key) {
    return Optional.ofNullable(cancels.get(key));
  }

  /** The batches of a tenant, oldest first. */
  List<BatchRecord> of(String tenant) {
    return batches.values().stream()
        .filter(batch -> batch.getTenant().equals(tenant))
        .sorted(OLDEST_FIRST)
        .toList();
  }

  /** Every batch, oldest first. */
  List<BatchRecord> all() {
    return batches.values().stream().sorted(OLDEST_FIRST).toList();
  }
}
