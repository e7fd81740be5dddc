package io.streamweir.sinks.jdbc;

import io.streamweir.config.Config;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings usage records into a database, each once.
 *
 * <p>It keeps nothing that matters: an attempt connects, asks the database where to go on, and goes
 * on until something fails; then comes the next attempt. A crash before the database has committed
 * is as if the records had never been read, one after it as if the crash had been a little later.
 */
public final class JdbcSink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcSink.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final Config config;
  private final Connector connector;
  private final Refusals refusals;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<KafkaConsumer<?, ?>> reading = new AtomicReference<>();
  private volatile boolean started;
  private Duration pause;

  /**
   * @param config of {@link JdbcSettings#TABLE}
   * @throws io.streamweir.config.ConfigException if the settings make no sense
   */
  public JdbcSink(Config config) {
    this(config, Connector.of(config));
  }

  JdbcSink(Config config, Connector connector) {
    this.config = config;
    this.connector = connector;
    this.refusals =
        new Refusals(
            new AvroCodec<>(
                SchemaRegistries.connect(config.get(JdbcSettings.REGISTRY_URL)),
                Topics.USAGE.subject(),
                UsageRecord.class));
    this.pause = config.get(JdbcSettings.RETRY_PAUSE);
  }

  /**
   * Works until it is closed. What is away, database, broker or registry, is waited for.
   *
   * @throws JdbcSinkException if waiting would not help
   */
  public void run() {
    started = true;
    try {
      while (!isStopping()) {
        try {
          attempt();
        } catch (KafkaException
            | DatabaseException
            | OvertakenException
            | RegistryUnavailableException e) {
          waitAfter(e);
        }
      }
    } finally {
      stopped.countDown();
    }
  }

  /** Ends the work after the transaction at hand, and waits until it has ended. Any thread. */
  @Override
  public void close() {
    stopping.countDown();
    var consumer = reading.get();
    if (consumer != null) {
      consumer.wakeup();
    }
    if (started) {
      await(stopped, CLOSE_TIMEOUT);
    }
  }

  private void attempt() {
    try (var database = UsageDatabase.open(connector, config.get(JdbcSettings.CREATE_TABLES));
        var consumer = new KafkaConsumer<byte[], byte[]>(properties())) {
      reading.set(consumer);
      var partitions = new Partitions(consumer, database);
      consumer.subscribe(List.of(Topics.USAGE.name()), partitions);
      while (!isStopping()) {
        var records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          store(records, database, partitions);
          consumer.commitAsync(records.nextOffsets(), null);
          pause = config.get(JdbcSettings.RETRY_PAUSE);
        }
      }
    } finally {
      reading.set(null);
    }
  }

  private void store(
      ConsumerRecords<byte[], byte[]> records, UsageDatabase database, Partitions partitions) {
    var bills = new ArrayList<Bill>();
    var refused = new ArrayList<Refusal>();
    records.forEach(record -> refusals.sort(record, bills, refused));
    var steps =
        records.nextOffsets().entrySet().stream()
            .map(entry -> partitions.step(entry.getKey(), entry.getValue().offset()))
            .toList();
    refused.addAll(database.store(bills, refused, steps));
    steps.forEach(partitions::stored);
    refused.forEach(each -> LOG.warn("Refused, {}: {}", each.code(), each.message()));
  }

  private void waitAfter(RuntimeException failure) {
    var cause = failure instanceof KafkaException ? rootOf(failure) : failure;
    if (cause instanceof JdbcSinkException hopeless) {
      throw hopeless;
    }
    if (cause instanceof DatabaseException refusal && refusal.needsAPerson()) {
      throw new JdbcSinkException(
          "The database refuses: "
              + refusal.getCause().getMessage()
              + ". Check jdbc.url, jdbc.user, jdbc.password.file, and that the user may use, or with"
              + " tables.create make, the tables weir_usage*.",
          refusal);
    }
    if (!isStopping()) {
      LOG.warn("Stopped by a failure; tries again in {} ms", pause.toMillis(), failure);
      await(stopping, pause);
      var longest = config.get(JdbcSettings.RETRY_PAUSE_MAX);
      pause = pause.multipliedBy(2).compareTo(longest) < 0 ? pause.multipliedBy(2) : longest;
    }
  }

  /** What is thrown while partitions are handed out comes wrapped. */
  private static Throwable rootOf(Throwable failure) {
    return failure.getCause() instanceof RuntimeException cause ? cause : failure;
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private static void await(CountDownLatch latch, Duration timeout) {
    try {
      if (!latch.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("Waited for {}", timeout);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JdbcSinkException("Interrupted while waiting", e);
    }
  }

  private Map<String, Object> properties() {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        config.get(JdbcSettings.BOOTSTRAP_SERVERS),
        ConsumerConfig.GROUP_ID_CONFIG,
        config.get(JdbcSettings.GROUP),
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        "read_committed",
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "none",
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
        false,
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        config.get(JdbcSettings.BATCH),
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
        ByteArrayDeserializer.class,
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
        ByteArrayDeserializer.class);
  }
}
