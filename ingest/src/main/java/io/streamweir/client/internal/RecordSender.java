package io.streamweir.client.internal;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClientOverloadedException;
import io.streamweir.client.NotDeliveredException;
import io.streamweir.client.RequestTooLargeException;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.threads.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Sends records without ever blocking its caller.
 *
 * <p>{@code Producer.send} blocks while it lacks metadata or buffer space, so it is called on a
 * thread of its own. What waits for that thread and for the acknowledgement is counted in bytes and
 * bounded: beyond the bound a send fails at once. Thread-safe; records of one caller keep their
 * order.
 */
public final class RecordSender implements AutoCloseable {

  /** Room for the headers of record and batch. */
  private static final int OVERHEAD_BYTES = 512;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final long pendingLimit;
  private final AtomicLong pending = new AtomicLong();
  private final ExecutorService thread;

  public RecordSender(ClientOptions options) {
    this.producer = KafkaClients.producer(options);
    this.pendingLimit = options.pendingBytes();
    this.thread =
        Executors.newSingleThreadExecutor(DaemonThreads.named(options.clientId() + "-sender"));
  }

  /**
   * Number of partitions of a topic. Blocks until the cluster answers, at most the delivery
   * timeout.
   *
   * @throws KafkaException if it does not, or lacks the topic
   */
  public int partitions(String topic) {
    return producer.partitionsFor(topic).size();
  }

  /**
   * Sends a record to the partition that its key hashes to.
   *
   * @return completes when Kafka has acknowledged; exceptionally with a {@link
   *     io.streamweir.client.ClientException}
   */
  public CompletableFuture<RecordMetadata> send(String topic, RequestKey key, byte[] value) {
    var keyBytes = key.bytes();
    long size = (long) keyBytes.length + value.length + OVERHEAD_BYTES;
    if (size > Topics.MAX_RECORD_BYTES) {
      return CompletableFuture.failedFuture(
          new RequestTooLargeException("Request " + key, size, Topics.MAX_RECORD_BYTES));
    }
    var before = pending.getAndAdd(size);
    if (before + size > pendingLimit) {
      pending.addAndGet(-size);
      return CompletableFuture.failedFuture(new ClientOverloadedException(before, pendingLimit));
    }
    var outcome = new CompletableFuture<RecordMetadata>();
    var acknowledged = new Acknowledgement(topic, key, size, outcome);
    try {
      thread.execute(() -> hand(new ProducerRecord<>(topic, keyBytes, value), acknowledged));
    } catch (RejectedExecutionException e) {
      acknowledged.complete(null, new KafkaException("the client is closed", e));
    }
    return outcome;
  }

  @Override
  public void close() {
    thread.shutdown();
    producer.close(CLOSE_TIMEOUT);
  }

  private void hand(ProducerRecord<byte[], byte[]> record, Acknowledgement acknowledgement) {
    try {
      producer.send(record, acknowledgement::complete);
    } catch (KafkaException | IllegalStateException e) {
      acknowledgement.complete(null, e);
    }
  }

  private final class Acknowledgement {

    private final String topic;
    private final RequestKey key;
    private final long size;
    private final CompletableFuture<RecordMetadata> outcome;

    Acknowledgement(
        String topic, RequestKey key, long size, CompletableFuture<RecordMetadata> outcome) {
      this.topic = topic;
      this.key = key;
      this.size = size;
      this.outcome = outcome;
    }

    void complete(RecordMetadata metadata, Exception failure) {
      pending.addAndGet(-size);
      if (failure == null) {
        outcome.complete(metadata);
      } else if (failure instanceof RecordTooLargeException) {
        outcome.completeExceptionally(
            new RequestTooLargeException("Request " + key, size, Topics.MAX_RECORD_BYTES));
      } else {
        outcome.completeExceptionally(new NotDeliveredException(topic, failure));
      }
    }
  }
}
