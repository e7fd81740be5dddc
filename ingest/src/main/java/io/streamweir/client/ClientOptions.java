package io.streamweir.client;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * How a client reaches Kafka and what it may hold.
 *
 * @param bootstrapServers host:port, comma-separated
 * @param registryUrl of the schema registry, Confluent protocol
 * @param clientId names the client in the broker's metrics and chooses its reply partition: the
 *     same id, the same partition
 * @param replyPartition partition of the tokens topic to read; empty: chosen by the client id
 * @param streamBufferBytes what may wait in memory for one slow subscriber, bytes
 * @param pendingBytes what may wait in memory for Kafka's acknowledgement, bytes
 * @param deliveryTimeout how long a record may take to be acknowledged
 * @param kafkaProperties further properties of every Kafka client, for example {@code
 *     security.protocol}
 */
public record ClientOptions(
    String bootstrapServers,
    String registryUrl,
    String clientId,
    OptionalInt replyPartition,
    int streamBufferBytes,
    long pendingBytes,
    Duration deliveryTimeout,
    Map<String, String> kafkaProperties) {

  private static final int DEFAULT_STREAM_BUFFER_BYTES = 32 << 10;
  private static final long DEFAULT_PENDING_BYTES = 64L << 20;
  private static final Duration DEFAULT_DELIVERY_TIMEOUT = Duration.ofSeconds(30);

  public ClientOptions {
    Objects.requireNonNull(bootstrapServers, "bootstrapServers is null");
    Objects.requireNonNull(registryUrl, "registryUrl is null");
    Objects.requireNonNull(clientId, "clientId is null");
    Objects.requireNonNull(replyPartition, "replyPartition is null");
    Objects.requireNonNull(deliveryTimeout, "deliveryTimeout is null");
    kafkaProperties = Map.copyOf(kafkaProperties);
    if (streamBufferBytes < 1 || pendingBytes < 1) {
      throw new IllegalArgumentException(
          "streamBufferBytes is "
              + streamBufferBytes
              + " and pendingBytes is "
              + pendingBytes
              + ", but both must be positive");
    }
  }

  /** Defaults, with a client id of its own. */
  public static ClientOptions of(String bootstrapServers, String registryUrl) {
    return new ClientOptions(
        bootstrapServers,
        registryUrl,
        "streamweir-" + UUID.randomUUID().toString().substring(0, 8),
        OptionalInt.empty(),
        DEFAULT_STREAM_BUFFER_BYTES,
        DEFAULT_PENDING_BYTES,
        DEFAULT_DELIVERY_TIMEOUT,
        Map.of());
  }

  public ClientOptions withClientId(String value) {
    return new ClientOptions(
        bootstrapServers,
        registryUrl,
        value,
        replyPartition,
        streamBufferBytes,
        pendingBytes,
        deliveryTimeout,
        kafkaProperties);
  }

  public ClientOptions withReplyPartition(int value) {
    return new ClientOptions(
        bootstrapServers,
        registryUrl,
        clientId,
        OptionalInt.of(value),
        streamBufferBytes,
        pendingBytes,
        deliveryTimeout,
        kafkaProperties);
  }

  public ClientOptions withStreamBufferBytes(int value) {
    return new ClientOptions(
        bootstrapServers,
        registryUrl,
        clientId,
        replyPartition,
        value,
        pendingBytes,
        deliveryTimeout,
        kafkaProperties);
  }

  public ClientOptions withPendingBytes(long value) {
    return new ClientOptions(
        bootstrapServers,
        registryUrl,
        clientId,
        replyPartition,
        streamBufferBytes,
        value,
        deliveryTimeout,
        kafkaProperties);
  }

  public ClientOptions withDeliveryTimeout(Duration value) {
    return new ClientOptions(
        bootstrapServers,
        registryUrl,
        clientId,
        replyPartition,
        streamBufferBytes,
        pendingBytes,
        value,
        kafkaProperties);
  }

  public ClientOptions withKafkaProperties(Map<String, String> value) {
    return new ClientOptions(
        bootstrapServers,
        registryUrl,
        clientId,
        replyPartition,
        streamBufferBytes,
        pendingBytes,
        deliveryTimeout,
        value);
  }
}
