package io.streamweir.client.internal;

import io.streamweir.client.ClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics of one partition each from their beginning and goes on as they grow; committed
 * records only. Whoever needs to know that a record is not there asks to be told when everything
 * has been read that was there when he asked. Thread-safe.
 */
public final class LogFollower implements AutoCloseable, ConsumerLoop.Work {

  private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration POLL_IN_A_HURRY = Duration.ofMillis(50);

  /** Gets every record, in the order of its topic; on one thread. */
  public interface Reader {

    void take(ConsumerRecord<byte[], byte[]> taken);
  }

  /** Somebody who waits until the positions are not below the ends. */
  private record Waiting(Map<TopicPartition, Long> ends, CompletableFuture<Void> read) {}

  private final List<TopicPartition> partitions;
  private final Reader reader;
  private final ConsumerLoop loop;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Queue<CompletableFuture<Void>> asking = new ConcurrentLinkedQueue<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private volatile boolean closed;

  /**
   * @param name of the thread
   */
  public LogFollower(ClientOptions options, String name, List<String> topics, Reader reader) {
    this.partitions = topics.stream().map(topic -> new TopicPartition(topic, 0)).toList();
    this.reader = reader;
    this.loop =
        new ConsumerLoop(
            options.clientId() + "-" + name,
            () -> KafkaClients.consumer(options, name, IsolationLevel.READ_COMMITTED),
            this);
  }

  public void start() {
    loop.start();
  }

  /**
   * @return completes when everything has been read that was committed when this was called; never
   *     if Kafka does not answer, so put a timeout on it
   */
  public CompletionStage<Void> upToDate() {
    var read = new CompletableFuture<Void>();
    asking.add(read);
    if (closed) {
      endWaiting();
    }
    loop.wakeup();
    return read.minimalCompletionStage();
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    consumer.assign(partitions);
    var beginnings = consumer.beginningOffsets(partitions);
    for (var partition : partitions) {
      var position = positions.merge(partition, beginnings.get(partition), Math::max);
      consumer.seek(partition, position);
    }
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    takeQuestions(consumer);
    try {
      for (var taken : consumer.poll(waiting.isEmpty() ? POLL : POLL_IN_A_HURRY)) {
        reader.take(taken);
      }
      for (var partition : partitions) {
        positions.put(partition, consumer.position(partition));
      }
      answer();
    } catch (OffsetOutOfRangeException e) {
      LOG.warn("Offsets {} are gone; reading goes on where the log begins", e.partitions());
      consumer.seekToBeginning(e.partitions());
    }
  }

  @Override
  public void close() {
    closed = true;
    loop.close();
    endWaiting();
  }

  /** A wake-up in between takes nobody off the queue. */
  private void takeQuestions(Consumer<byte[], byte[]> consumer) {
    var questions = asking.size();
    if (questions == 0) {
      return;
    }
    var ends = consumer.endOffsets(partitions);
    for (var i = 0; i < questions; i++) {
      waiting.add(new Waiting(ends, asking.remove()));
    }
  }

  private void answer() {
    waiting.removeIf(
        one -> {
          var read =
              one.ends.entrySet().stream()
                  .allMatch(end -> positions.get(end.getKey()) >= end.getValue());
          if (read) {
            one.read.complete(null);
          }
          return read;
        });
  }

  private void endWaiting() {
    var failure = new IllegalStateException("The reader was closed.");
    for (var one = asking.poll(); one != null; one = asking.poll()) {
      one.completeExceptionally(failure);
    }
    waiting.forEach(one -> one.read.completeExceptionally(failure));
  }
}
