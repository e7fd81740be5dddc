package io.streamweir.bench.gateway;

import io.streamweir.bench.Percentiles;
import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.KafkaClients;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * A record from one Kafka client to another through the broker of the stack, and nothing else: the
 * least that each of the three hops of a request can take on this machine. Both clients are
 * configured as those of the gateway. They live in this process; the receiver is the calling
 * thread.
 */
final class BareHop {

  private static final TopicPartition PARTITION = new TopicPartition("bench-hops", 0);

  /** About what a request of the load takes. */
  private static final int VALUE_BYTES = 400;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long SEED = 2;

  private final ClientOptions options;

  BareHop(ClientOptions options) {
    this.options = options;
    try (var admin = KafkaClients.admin(options)) {
      var topic = new NewTopic(PARTITION.topic(), Optional.of(1), Optional.empty());
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("Topic " + PARTITION.topic() + " cannot be created", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a topic was being created", e);
    }
  }

  /** Milliseconds from sending to having polled, at random times at that mean rate (records/s). */
  Percentiles measure(double rate, Duration duration) {
    var millis = DoubleStream.builder();
    try (var consumer = KafkaClients.consumer(options, "hops", IsolationLevel.READ_UNCOMMITTED)) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToEnd(List.of(PARTITION));
      var from = consumer.position(PARTITION);
      var sent = CompletableFuture.supplyAsync(() -> send(rate, duration));
      while (!sent.isDone() || consumer.position(PARTITION) < from + sent.join()) {
        for (var record : consumer.poll(POLL)) {
          var sentAt = ByteBuffer.wrap(record.value()).getLong();
          millis.add((System.nanoTime() - sentAt) / 1e6);
        }
      }
    }
    return Percentiles.of(millis.build());
  }

  /** Returns the number of records, once all of them are in the log. */
  private int send(double rate, Duration duration) {
    var sent = new ArrayList<Future<RecordMetadata>>();
    try (var producer = KafkaClients.producer(options)) {
      Arrivals.atRandomTimes(
          new Random(SEED),
          rate,
          duration,
          () -> {
            var value = ByteBuffer.allocate(VALUE_BYTES).putLong(0, System.nanoTime()).array();
            sent.add(producer.send(new ProducerRecord<>(PARTITION.topic(), value)));
          });
    }
    for (var each : sent) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("A record was not taken", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while records were being sent", e);
      }
    }
    return sent.size();
  }
}
