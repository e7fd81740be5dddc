package io.streamweir.gateway.backend;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.ConsumerLoop;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.gateway.quota.Quotas;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feeds what requests took to the quotas, from now on and of all gateways. */
final class UsageReader implements AutoCloseable, ConsumerLoop.Work {

  private static final Logger LOG = LoggerFactory.getLogger(UsageReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Quotas quotas;
  private final AvroCodec<UsageRecord> codec;
  private final ConsumerLoop loop;
  private final CompletableFuture<Void> positioned = new CompletableFuture<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  UsageReader(ClientOptions options, Quotas quotas) {
    this.quotas = quotas;
    this.codec =
        new AvroCodec<>(
            SchemaRegistries.connect(options.registryUrl()),
            Topics.USAGE.subject(),
            UsageRecord.class);
    this.loop =
        new ConsumerLoop(
            options.clientId() + "-usage",
            () -> KafkaClients.consumer(options, "usage", IsolationLevel.READ_COMMITTED),
            this);
    loop.start();
  }

  /** Completes when it hears of every record that is written from then on. */
  CompletionStage<Void> positioned() {
    return positioned.minimalCompletionStage();
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    for (var info : consumer.partitionsFor(Topics.USAGE.name())) {
      positions.putIfAbsent(new TopicPartition(info.topic(), info.partition()), -1L);
    }
    consumer.assign(positions.keySet());
    var ends = consumer.endOffsets(positions.keySet());
    positions.replaceAll((partition, at) -> at < 0 ? ends.get(partition) : at);
    positions.forEach(consumer::seek);
    positioned.complete(null);
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    try {
      for (var record : consumer.poll(POLL)) {
        take(record.value(), record.offset());
      }
      positions.replaceAll((partition, at) -> consumer.position(partition));
    } catch (OffsetOutOfRangeException e) {
      LOG.warn("Usage records are gone before they were read; quotas are estimated without", e);
      positions.replaceAll((partition, at) -> -1L);
      open(consumer);
    }
  }

  private void take(byte[] value, long offset) {
    if (value == null || !quotas.limitAnybody()) {
      return;
    }
    try {
      quotas.used(codec.decode(value));
    } catch (UndecodableRecordException e) {
      LOG.warn("Usage record at offset {} is ignored: {}", offset, e.getMessage());
    }
  }

  @Override
  public void close() {
    loop.close();
    positioned.completeExceptionally(new IllegalStateException("The reader was closed."));
  }
}
