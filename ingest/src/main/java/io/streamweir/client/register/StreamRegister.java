package io.streamweir.client.register;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.RegisterFullException;
import io.streamweir.client.internal.ConsumerLoop;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.client.internal.RecordKeys;
import io.streamweir.client.internal.RecordSender;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.StreamEntry;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The register of streams: a topic of one partition, read whole into memory by everybody who uses
 * it.
 *
 * <p>A claim is settled by the log: an entry is written, the topic is read up to it, and the first
 * entry of the key counts. So of two gateways that are given the same key at the same moment,
 * exactly one is first. Thread-safe.
 */
public final class StreamRegister implements AutoCloseable, ConsumerLoop.Work {

  /** Every gateway keeps the entries in memory. */
  private static final int MOST_ENTRY_BYTES = 4 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(StreamRegister.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final TopicPartition PARTITION = new TopicPartition(Topics.STREAMS.name(), 0);
  private static final long FROM_THE_BEGINNING = -1;

  private final AvroCodec<StreamEntry> codec;
  private final RecordSender sender;
  private final Duration timeout;
  private final InstantSource clock;
  private final ConsumerLoop loop;
  private final EntryMap entries;
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();

  /** Who waits until the topic has been read up to an offset and with it. */
  private final ConcurrentSkipListMap<Long, CompletableFuture<Void>> waiting =
      new ConcurrentSkipListMap<>();

  private volatile long position = FROM_THE_BEGINNING;
  private long endAtStart;

  private StreamRegister(ClientOptions options, int limit, InstantSource clock) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    var named = options.withClientId(options.clientId() + "-register");
    this.codec = new AvroCodec<>(registry, Topics.STREAMS.subject(), StreamEntry.class);
    this.sender = new RecordSender(named);
    this.timeout = options.deliveryTimeout();
    this.clock = clock;
    this.entries = new EntryMap(Topics.STREAMS.retention(), limit);
    this.loop =
        new ConsumerLoop(
            named.clientId(),
            () -> KafkaClients.consumer(named, "reader", IsolationLevel.READ_UNCOMMITTED),
            this);
  }

  /**
   * Starts to read; does not block.
   *
   * @param limit entries that all tenants together may have within the topic's retention
   */
  public static StreamRegister open(ClientOptions options, int limit) {
    return open(options, limit, InstantSource.system());
  }

  /** As {@link #open(ClientOptions, int)}, with another clock. */
  public static StreamRegister open(ClientOptions options, int limit, InstantSource clock) {
    var register = new StreamRegister(options, limit, clock);
    register.loop.start();
    return register;
  }

  /** Completes when everything that stood on the topic at the start has been read. */
  public CompletionStage<Void> loaded() {
    return loaded.minimalCompletionStage();
  }

  /** The entry of a key, if there is one and the topic still has it. */
  public Optional<StreamEntry> find(RequestKey key) {
    return Optional.ofNullable(entries.get(key, clock.millis()))
        .map(stored -> codec.decode(stored.entry()));
  }

  /**
   * Writes an entry.
   *
   * @return completes when it is settled which entry of the key counts; exceptionally with {@link
   *     RegisterFullException} if the tenant has more than its share of the limit and the key is
   *     new, or with another {@link io.streamweir.client.ClientException} if Kafka does not answer
   *     in time
   */
  public CompletionStage<Claim> claim(StreamEntry entry) {
    var key = new RequestKey(entry.getTenant(), entry.getRequestId());
    var known = find(key);
    if (known.isPresent()) {
      return CompletableFuture.completedStage(new Claim(known.get(), false));
    }
    if (!entries.hasRoom(key.tenant(), clock.millis())) {
      return CompletableFuture.failedStage(
          new RegisterFullException(key.tenant(), entries.count(key.tenant()), entries.limit()));
    }
    return sender
        .send(Topics.STREAMS.name(), key, codec.encode(entry))
        .thenCompose(metadata -> readTo(metadata.offset()).thenApply(read -> metadata.offset()))
        .thenApply(
            offset -> {
              var first = entries.get(key, clock.millis());
              return first == null
                  ? new Claim(entry, true)
                  : new Claim(codec.decode(first.entry()), first.offset() == offset);
            });
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    consumer.assign(List.of(PARTITION));
    var first = consumer.beginningOffsets(List.of(PARTITION)).get(PARTITION);
    if (position == FROM_THE_BEGINNING) {
      endAtStart = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
    }
    position = Math.max(position, first);
    consumer.seek(PARTITION, position);
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    if (position >= endAtStart) {
      loaded.complete(null);
    }
    try {
      for (var record : consumer.poll(position < endAtStart ? Duration.ofMillis(100) : POLL)) {
        take(record);
      }
      position = consumer.position(PARTITION);
      tellWhoWaits();
    } catch (OffsetOutOfRangeException e) {
      LOG.warn("{}: offset {} is gone; reading goes on where the log begins", PARTITION, position);
      position = FROM_THE_BEGINNING;
      open(consumer);
    }
  }

  @Override
  public void close() {
    loop.close();
    sender.close();
    var closed = new IllegalStateException("The register was closed.");
    loaded.completeExceptionally(closed);
    waiting.values().forEach(one -> one.completeExceptionally(closed));
  }

  private void tellWhoWaits() {
    for (var due = waiting.firstEntry();
        due != null && due.getKey() < position;
        due = waiting.firstEntry()) {
      waiting.remove(due.getKey());
      due.getValue().complete(null);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    var key = RecordKeys.of(record);
    if (key == null || record.value() == null) {
      return;
    }
    if (record.value().length > MOST_ENTRY_BYTES) {
      LOG.warn("Entry at offset {} is too large and is ignored", record.offset());
      return;
    }
    try {
      codec.decode(record.value());
      var stored = new EntryMap.Stored(record.value(), record.offset(), record.timestamp());
      entries.add(key, stored, clock.millis());
    } catch (UndecodableRecordException e) {
      LOG.warn("Entry at offset {} is ignored: {}", record.offset(), e.getMessage());
    }
  }

  private CompletableFuture<Void> readTo(long offset) {
    var read = waiting.computeIfAbsent(offset, key -> new CompletableFuture<>());
    if (position > offset) {
      waiting.remove(offset, read);
      read.complete(null);
    }
    return read.copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure -> {
              waiting.remove(offset, read);
              return CompletableFuture.failedFuture(
                  new ClusterUnavailableException(
                      "The register of streams could not be read within "
                          + timeout
                          + "; Kafka does not answer. Nothing was sent.",
                      failure));
            });
  }
}
