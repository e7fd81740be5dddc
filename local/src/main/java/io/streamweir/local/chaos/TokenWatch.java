package io.streamweir.local.chaos;

import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sees every token as it arrives in the log, from its own start on, and remembers when. Reads on a
 * thread of its own; thread-safe.
 */
final class TokenWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroCodec<TokenChunk> codec;
  private final String tenant;
  private final Map<RequestKey, StreamTrack> tracks = new HashMap<>();
  private final Thread thread = new Thread(this::read, "token-watch");
  private volatile boolean closed;
  private volatile RuntimeException failure;

  /**
   * @param tenant whose requests are watched
   */
  TokenWatch(ClientOptions options, String tenant) {
    this.tenant = tenant;
    this.codec =
        new AvroCodec<>(
            SchemaRegistries.connect(options.registryUrl()),
            Topics.TOKENS.subject(),
            TokenChunk.class);
    var properties = new HashMap<String, Object>(options.kafkaProperties());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
    properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    var partitions =
        consumer.partitionsFor(Topics.TOKENS.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // seeking is lazy
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try (consumer) {
      while (!closed) {
        for (var record : consumer.poll(POLL)) {
          var chunk = codec.decode(record.value());
          if (chunk.getTenant().equals(tenant)) {
            track(new RequestKey(tenant, chunk.getRequestId())).accept(chunk, System.nanoTime());
          }
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private StreamTrack track(RequestKey key) {
    synchronized (tracks) {
      return tracks.computeIfAbsent(key, missing -> new StreamTrack());
    }
  }

  /**
   * The streams that have begun and not ended.
   *
   * @throws IllegalStateException if the log could not be read on
   */
  List<StreamTrack> inFlight() {
    if (failure != null) {
      throw new IllegalStateException("The token log cannot be read on", failure);
    }
    List<StreamTrack> all;
    synchronized (tracks) {
      all = new ArrayList<>(tracks.values());
    }
    return all.stream().filter(StreamTrack::inFlight).toList();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
