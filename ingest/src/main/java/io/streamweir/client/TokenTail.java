package io.streamweir.client;

import io.streamweir.client.internal.KafkaClients;
import io.streamweir.client.internal.RecordKeys;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.tokens.BrokenSequenceException;
import io.streamweir.schemas.tokens.TokenSequence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the tokens of one request from the log, from wherever the log still has them: what {@code
 * weir tail} does.
 *
 * <p>The partition of a request is known only to who sent it, so all are read until its first chunk
 * turns up, and only that one afterwards. Reading is pulled by the caller. Not thread-safe.
 */
public final class TokenTail implements AutoCloseable {

  private final RequestKey key;
  private final Consumer<byte[], byte[]> consumer;
  private final AvroCodec<TokenChunk> codec;
  private final TokenSequence sequence = new TokenSequence();
  private final ArrayDeque<TokenChunk> read = new ArrayDeque<>();
  private boolean found;

  private TokenTail(ClientOptions options, RequestKey key) {
    this.key = key;
    this.consumer = KafkaClients.consumer(options, "tail", IsolationLevel.READ_UNCOMMITTED);
    this.codec =
        new AvroCodec<>(
            SchemaRegistries.connect(options.registryUrl()),
            Topics.subjectOf(Topics.TOKENS.name()),
            TokenChunk.class);
  }

  /** Reads the log from its start. */
  public static TokenTail open(ClientOptions options, RequestKey key) {
    return open(options, key, Instant.EPOCH);
  }

  /**
   * Reads what was written at a time and later.
   *
   * @param notBefore before the first token of the request
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer or has no tokens
   *     topic
   */
  public static TokenTail open(ClientOptions options, RequestKey key, Instant notBefore) {
    var tail = new TokenTail(options, key);
    try {
      tail.seek(notBefore);
      return tail;
    } catch (RuntimeException e) {
      tail.close();
      throw e;
    }
  }

  /**
   * The next piece of the stream; blocks until there is one.
   *
   * @param timeout how long to wait for it
   * @return empty if there was none in time, and always after the last one
   * @throws BrokenStreamException if something is missing, by retention for example
   */
  public Optional<TokenChunk> next(Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (read.isEmpty() && !sequence.finished()) {
      var left = deadline - System.nanoTime();
      if (left < 0) {
        return Optional.empty();
      }
      for (var record : consumer.poll(Duration.ofNanos(left))) {
        take(record);
      }
    }
    return Optional.ofNullable(read.poll());
  }

  /** Whether {@link #next} has returned the last chunk. */
  public boolean finished() {
    return sequence.finished() && read.isEmpty();
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (!key.equals(RecordKeys.of(record))) {
      return;
    }
    try {
      sequence.accept(codec.decode(record.value())).ifPresent(read::add);
    } catch (BrokenSequenceException e) {
      throw new BrokenStreamException(e);
    }
    if (!found) {
      found = true;
      var partition = new TopicPartition(record.topic(), record.partition());
      var position = consumer.position(partition);
      consumer.assign(List.of(partition));
      consumer.seek(partition, position);
    }
  }

  private void seek(Instant notBefore) {
    var since = new HashMap<TopicPartition, Long>();
    for (var info : consumer.partitionsFor(Topics.TOKENS.name())) {
      since.put(
          new TopicPartition(info.topic(), info.partition()),
          Math.max(0, notBefore.toEpochMilli()));
    }
    consumer.assign(since.keySet());
    var ends = consumer.endOffsets(since.keySet());
    consumer
        .offsetsForTimes(since)
        .forEach(
            (partition, match) ->
                consumer.seek(partition, match == null ? ends.get(partition) : match.offset()));
  }
}
