package io.streamweir.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A single-node KRaft broker, controller included, in this process.
 *
 * <p>It is the genuine server, with one replica of everything: what is acknowledged survives a
 * crash of the process, not of the disk. The server's classes are internal to Kafka; this class is
 * the only one that knows them.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final long START_TIMEOUT_SECONDS = 60;
  private static final long PAUSE_MILLIS = 20;

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts a broker and waits until it answers.
   *
   * @throws IllegalStateException if it does not within a minute; its log says why
   */
  public static EmbeddedKafka start(EmbeddedKafkaOptions options) {
    format(options.dataDirectory());
    var server = new KafkaRaftServer(new KafkaConfig(properties(options), false), Time.SYSTEM);
    server.startup();
    var broker = new EmbeddedKafka(server, options.host() + ":" + options.port());
    broker.awaitAnswer();
    return broker;
  }

  /** Host and port for clients. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Creates topics and returns once the leader of each partition serves it. The creation itself is
   * acknowledged before that, and an idempotent producer that comes in between has its first batch
   * refused and its second one accepted, and is stuck.
   *
   * @throws IllegalStateException if a topic cannot be created or has no leader within a minute
   */
  public void createTopics(Collection<NewTopic> topics) {
    try (var admin = admin()) {
      admin.createTopics(topics).all().get();
      var offsets = new HashMap<TopicPartition, OffsetSpec>();
      for (var topic : topics) {
        for (int partition = 0; partition < topic.numPartitions(); partition++) {
          offsets.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
        }
      }
      var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS);
      while (!isServed(admin, offsets)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "No leader serves one of " + offsets.keySet() + "; see the broker's log.");
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot create " + topics + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while creating " + topics, e);
    }
  }

  private static boolean isServed(Admin admin, Map<TopicPartition, OffsetSpec> offsets)
      throws ExecutionException, InterruptedException {
    try {
      admin.listOffsets(offsets).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  /** Stops the broker; its data stays. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  /** Blocks until the broker has stopped. */
  public void awaitShutdown() {
    server.awaitShutdown();
  }

  private Admin admin() {
    return Admin.create(
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) bootstrapServers));
  }

  private void awaitAnswer() {
    try (var admin = admin()) {
      admin.describeCluster().nodes().get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      close();
      throw new IllegalStateException(
          "The broker on "
              + bootstrapServers
              + " does not answer after its start; see its log for the reason.",
          e);
    }
  }

  private static void format(Path directory) {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(directory);
      new Formatter()
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(directory.toString()))
          .setMetadataLogDirectory(directory.toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName("CONTROLLER")
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException(
          "Cannot prepare " + directory + " as a Kafka data directory: " + e.getMessage(), e);
    }
  }

  private static Properties properties(EmbeddedKafkaOptions options) {
    var broker = options.host() + ":" + options.port();
    var controller = options.host() + ":" + options.controllerPort();
    var values = new TreeMap<String, Object>();
    values.put("node.id", 1);
    values.put("process.roles", "broker,controller");
    values.put("controller.quorum.voters", "1@" + controller);
    values.put("controller.listener.names", "CONTROLLER");
    values.put("listeners", "PLAINTEXT://" + broker + ",CONTROLLER://" + controller);
    values.put("advertised.listeners", "PLAINTEXT://" + broker);
    values.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    values.put("log.dirs", options.dataDirectory());
    values.put("auto.create.topics.enable", false);
    values.put("offsets.topic.replication.factor", 1);
    values.put("offsets.topic.num.partitions", 4);
    values.put("transaction.state.log.replication.factor", 1);
    values.put("transaction.state.log.min.isr", 1);
    values.put("transaction.state.log.num.partitions", 4);
    values.put("share.coordinator.state.topic.replication.factor", 1);
    values.put("share.coordinator.state.topic.min.isr", 1);
    values.put("transaction.max.timeout.ms", TimeUnit.MINUTES.toMillis(15));
    values.put("group.initial.rebalance.delay.ms", 0);
    values.put("broker.session.timeout.ms", options.sessionTimeout().toMillis());
    values.put("broker.heartbeat.interval.ms", 300);
    values.put("log.segment.bytes", 64 << 20);
    // On the heap; the default of 128 MB would leave a small broker to full collections.
    values.put("log.cleaner.dedupe.buffer.size", 8 << 20);
    values.put("message.max.bytes", 4 << 20);
    values.put("replica.fetch.max.bytes", 4 << 20);
    var properties = new Properties();
    properties.putAll(
        values.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString())));
    return properties;
  }
}
