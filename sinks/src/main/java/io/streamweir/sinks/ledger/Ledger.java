package io.streamweir.sinks.ledger;

import io.streamweir.config.Config;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running ledger: Kafka Streams, exactly once. Thread-safe.
 *
 * <p>It can be read where it runs. Several instances share the accounts out between them; then none
 * of them has all, and none answers, since a part of a sum looks like a sum.
 */
public final class Ledger implements Books, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaStreams streams;
  private final GroupProgress progress;

  private Ledger(KafkaStreams streams, GroupProgress progress) {
    this.streams = streams;
    this.progress = progress;
  }

  /**
   * Starts adding up.
   *
   * @param clock by which it forgets what it has charged
   * @param onStopped called once it has stopped for good
   */
  public static Ledger start(Config config, InstantSource clock, Runnable onStopped) {
    var topology =
        LedgerTopology.build(
            SchemaRegistries.connect(config.get(LedgerSettings.REGISTRY_URL)),
            config.get(LedgerSettings.UNIQUENESS),
            clock);
    var streams = new KafkaStreams(topology, properties(config));
    // Whatever threw (the registry away, the broker away) is tried again from the last commit.
    streams.setUncaughtExceptionHandler(
        cause -> {
          LOG.error(
              "A ledger thread failed and is replaced; nothing it had not committed counts", cause);
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    streams.setStateListener(
        (now, before) -> {
          LOG.info("The ledger is {}", now);
          if (now.hasCompletedShutdown()) {
            onStopped.run();
          }
        });
    streams.start();
    var application = config.get(LedgerSettings.APPLICATION_ID);
    return new Ledger(
        streams,
        new GroupProgress(
            config.get(LedgerSettings.BOOTSTRAP_SERVERS),
            application,
            Set.of(Topics.USAGE.name(), LedgerTopology.repartitionTopic(application))));
  }

  /** Whether it stopped because it could not go on. */
  public boolean failed() {
    return streams.state() == KafkaStreams.State.ERROR;
  }

  @Override
  public String unready() {
    return streams.state() == KafkaStreams.State.RUNNING
        ? ""
        : "it is "
            + streams.state()
            + ": it waits for its partitions, for at most the 10 s after which one that was killed is"
            + " given up, or reads its accounts back";
  }

  @Override
  public Standing standing() {
    return asking(progress::standing);
  }

  @Override
  public void accounts(Consumer<UsageTotals> reader) {
    ReadOnlyKeyValueStore<String, UsageTotals> store = whole(LedgerTopology.TOTALS_STORE);
    try (var all = store.all()) {
      all.forEachRemaining(entry -> reader.accept(entry.value));
    } catch (InvalidStateStoreException e) {
      throw moving(e);
    }
  }

  @Override
  public void violations(ObjLongConsumer<Violation> reader) {
    ReadOnlyKeyValueStore<String, Long> store = whole(LedgerTopology.VIOLATIONS_STORE);
    try (var all = store.all()) {
      all.forEachRemaining(entry -> reader.accept(Violation.parse(entry.key), entry.value));
    } catch (InvalidStateStoreException e) {
      throw moving(e);
    }
  }

  /** Leaves the group, so that a successor need not wait until this one is given up. */
  @Override
  public void close() {
    progress.close();
    streams.close(
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_TIMEOUT));
  }

  private <V> ReadOnlyKeyValueStore<String, V> whole(String name) {
    var unready = unready();
    if (!unready.isEmpty()) {
      throw new LedgerUnavailableException(
          "not_ready", "The ledger cannot be read now: " + unready + ". Ask again.", null);
    }
    var elsewhere = new HashSet<>(asking(progress::partitions));
    elsewhere.removeAll(here());
    if (!elsewhere.isEmpty()) {
      throw new LedgerUnavailableException(
          "accounts_elsewhere",
          "This instance of the ledger has not all accounts: "
              + elsewhere.size()
              + " partitions are with other instances of its application.id. Run one instance, or"
              + " read "
              + Topics.USAGE_TOTALS.name()
              + ", which has all.",
          null);
    }
    try {
      return streams.store(
          StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.keyValueStore()));
    } catch (InvalidStateStoreException e) {
      throw moving(e);
    }
  }

  private Set<TopicPartition> here() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .collect(Collectors.toSet());
  }

  private interface Question<T> {
    T ask() throws ExecutionException, InterruptedException;
  }

  private static <T> T asking(Question<T> question) {
    try {
      return question.ask();
    } catch (ExecutionException e) {
      throw new LedgerUnavailableException(
          "not_ready",
          "The broker does not say how far the ledger is, and a sum of which nobody knows what is"
              + " missing is not given out: "
              + e.getCause()
              + ". Ask again.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("not_ready", "The ledger is being stopped.", e);
    }
  }

  private static LedgerUnavailableException moving(InvalidStateStoreException cause) {
    return new LedgerUnavailableException(
        "not_ready",
        "The ledger's accounts are being moved or read back: "
            + cause.getMessage()
            + ". Ask again.",
        cause);
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
    // One that is killed cannot leave its group: its successor waits this long (default 45 s).
    properties.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 10_000);
    return properties;
  }
}
