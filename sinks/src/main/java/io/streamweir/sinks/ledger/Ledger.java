package io.streamweir.sinks.ledger;

import io.streamweir.config.Config;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running ledger: Kafka Streams, exactly once. Thread-safe. */
public final class Ledger implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Ledger.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaStreams streams;

  private Ledger(KafkaStreams streams) {
    this.streams = streams;
  }

  /**
   * Starts adding up.
   *
   * @param onStopped called once it has stopped for good
   */
  public static Ledger start(Config config, Runnable onStopped) {
    var topology =
        LedgerTopology.build(
            SchemaRegistries.connect(config.get(LedgerSettings.REGISTRY_URL)),
            config.get(LedgerSettings.UNIQUENESS));
    var streams = new KafkaStreams(topology, properties(config));
    // Whatever threw (the registry away, the broker away) is tried again from the last commit.
    streams.setUncaughtExceptionHandler(
        cause -> {
          log.error(
              "A ledger thread failed and is replaced; nothing it had not committed counts", cause);
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    streams.setStateListener(
        (now, before) -> {
          log.info("The ledger is {}", now);
          if (now.hasCompletedShutdown()) {
            onStopped.run();
          }
        });
    streams.start();
    return new Ledger(streams);
  }

  /** Whether it stopped because it could not go on. */
  public boolean failed() {
    return streams.state() == KafkaStreams.State.ERROR;
  }

  @Override
  public void close() {
    streams.close(CLOSE_TIMEOUT);
  }

  private static Properties properties(Config config) {
    var properties = new Properties();
    properties.put(
        StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.get(LedgerSettings.BOOTSTRAP_SERVERS));
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.get(LedgerSettings.APPLICATION_ID));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, config.get(LedgerSettings.STATE_DIRECTORY));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    // An instance that ends does not leave its group, and one that is killed cannot: a successor
    // waits
    // this long for its partitions (default 45 s).
    properties.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 10_000);
    return properties;
  }
}
