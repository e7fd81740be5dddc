package io.streamweir.gateway.batches;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.schemas.RequestKey;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Writes requests, output and progress in one transaction, so that the log never has one without
 * the others. It ends every outbox that was opened before, in whatever process. Blocks; not
 * thread-safe.
 */
final class Outbox implements AutoCloseable {

  private static final String TRANSACTIONAL_ID = "weir-batches";
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private boolean open;

  Outbox(ClientOptions options) {
    producer = KafkaClients.transactional(options, TRANSACTIONAL_ID, TRANSACTION_TIMEOUT);
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * @param value null removes what a compacted topic has of the key
   */
  Future<RecordMetadata> send(String topic, RequestKey key, byte[] value) {
    if (!open) {
      producer.beginTransaction();
      open = true;
    }
    return producer.send(new ProducerRecord<>(topic, key.bytes(), value));
  }

  /** Waits until everything that was sent has its offset. */
  void flush() {
    producer.flush();
  }

  /** Makes what was sent part of the log. */
  void commit() {
    if (open) {
      producer.commitTransaction();
      open = false;
    }
  }

  /** Makes what was sent void; then it can be used again. */
  void abort() {
    if (open) {
      producer.abortTransaction();
      open = false;
    }
  }

  /** What was not committed is void. */
  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
