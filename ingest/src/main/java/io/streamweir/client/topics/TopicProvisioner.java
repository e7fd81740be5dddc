package io.streamweir.client.topics;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics and registers the schemas that everything else relies on. Running it again
 * changes nothing; a topic that exists is checked instead, and goes by the broker's clock from then
 * on if it has to. Blocks; thread-safe.
 */
public final class TopicProvisioner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicProvisioner.class);
  private static final String COMPATIBILITY = "FULL_TRANSITIVE";
  private static final short BROKER_DEFAULT = -1;
  private static final long POLL_MS = 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final String bootstrapServers;
  private final Admin admin;
  private final SchemaRegistry registry;

  public TopicProvisioner(ClientOptions options) {
    this.bootstrapServers = options.bootstrapServers();
    this.registry = SchemaRegistries.connect(options.registryUrl());
    this.admin = KafkaClients.admin(options);
  }

  /**
   * Creates every topic with a fixed name, and registers all schemas with their compatibility.
   *
   * @return names of the topics that did not exist
   * @throws TopicMismatchException if a topic exists that cannot serve
   * @throws ClusterUnavailableException if Kafka does not answer
   * @throws io.streamweir.schemas.registry.IncompatibleSchemaException if the registry holds
   *     versions that ours would break
   */
  public List<String> provisionFixed() {
    var created = create(Topics.FIXED);
    for (var topic : Topics.FIXED) {
      register(topic.subject(), topic);
    }
    register(Topics.DISPATCH_SUBJECT, Topics.DISPATCH);
    return created;
  }

  /**
   * Creates the dispatch topics of a deployment, one for each lane.
   *
   * @param partitions of each
   * @return names of the topics that did not exist
   */
  public List<String> provisionDispatch(String deployment, int partitions) {
    return create(dispatch(deployment, partitions).toList());
  }

  /** Deletes the dispatch topics of a deployment, where they exist. */
  public void deleteDispatch(String deployment) {
    var names = dispatch(deployment, 1).map(TopicSpec::name).toList();
    admin
        .deleteTopics(names)
        .topicNameValues()
        .forEach(
            (name, deletion) ->
                succeeds("delete " + name, deletion, UnknownTopicOrPartitionException.class));
  }

  @Override
  public void close() {
    admin.close();
  }

  private static Stream<TopicSpec> dispatch(String deployment, int partitions) {
    return Arrays.stream(Lane.values()).map(lane -> Topics.dispatch(deployment, lane, partitions));
  }

  private List<String> create(List<TopicSpec> topics) {
    var creations =
        admin
            .createTopics(topics.stream().map(topic -> topic.toNewTopic(BROKER_DEFAULT)).toList())
            .values();
    var created = new ArrayList<String>();
    for (var topic : topics) {
      if (succeeds(
          "create " + topic.name(), creations.get(topic.name()), TopicExistsException.class)) {
        created.add(topic.name());
      }
    }
    for (var topic : topics) {
      var partitions = awaitLeaders(topic.name());
      awaitAnswers(topic.name(), partitions);
      check(topic, partitions);
    }
    return created;
  }

  /**
   * Waits until each leader serves its partition, which it does a little after the metadata says
   * so. An idempotent producer must not come before: of its requests in flight the first would be
   * refused and the second accepted, and the first is then out of sequence for ever.
   */
  private void awaitAnswers(String topic, int partitions) {
    var offsets =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
    value("tell the offsets of " + topic, admin.listOffsets(offsets).all());
  }

  /**
   * Waits until brokers know the topic and each partition has a leader: the controller acknowledges
   * a creation before that, and a producer that comes too early would fail.
   *
   * @return the number of partitions
   */
  private int awaitLeaders(String topic) {
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        var partitions =
            value(
                "describe " + topic,
                admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
        if (partitions.partitions().stream().allMatch(partition -> partition.leader() != null)) {
          return partitions.partitions().size();
        }
      } catch (ClusterUnavailableException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new ClusterUnavailableException(
            "Topic "
                + topic
                + " was created on "
                + bootstrapServers
                + ", but has no leader after "
                + TIMEOUT
                + "; see the brokers' logs.",
            null);
      }
      pause();
    }
  }

  private void check(TopicSpec topic, int partitions) {
    if (partitions < topic.partitions()) {
      throw new TopicMismatchException(
          topic.name(),
          "partitions",
          Integer.toString(partitions),
          "at least " + topic.partitions());
    }
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    var config =
        value(
                "tell the settings of " + topic.name(),
                admin.describeConfigs(List.of(resource)).all())
            .get(resource);
    var expected = topic.config().get(TopicConfig.CLEANUP_POLICY_CONFIG);
    var actual = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
    if (!actual.equals(expected)) {
      throw new TopicMismatchException(
          topic.name(), TopicConfig.CLEANUP_POLICY_CONFIG, actual, expected);
    }
    setClock(resource, config, topic);
  }

  /** A topic of an older release may go by the producers' clocks. */
  private void setClock(ConfigResource resource, Config actual, TopicSpec topic) {
    var name = TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
    var needed = topic.config().get(name);
    if (needed != null && !needed.equals(actual.get(name).value())) {
      var change = new AlterConfigOp(new ConfigEntry(name, needed), AlterConfigOp.OpType.SET);
      value(
          "change the settings of " + topic.name(),
          admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all());
      LOG.info("Topic {} has {} {} from now on", topic.name(), name, needed);
    }
  }

  /** The registry knows a subject only with its first version, so the level is set after it. */
  private void register(String subject, TopicSpec topic) {
    registry.idOf(subject, topic.value());
    registry.setCompatibility(subject, COMPATIBILITY);
  }

  /** Waits; returns false if it failed in the way that is fine. */
  private boolean succeeds(String what, KafkaFuture<Void> future, Class<? extends Exception> fine) {
    try {
      value(what, future);
      return true;
    } catch (ClusterUnavailableException e) {
      if (fine.isInstance(e.getCause())) {
        return false;
      }
      throw e;
    }
  }

  private <T> T value(String what, KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unavailable(what, e.getCause());
    } catch (TimeoutException e) {
      throw unavailable(what + " within " + TIMEOUT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(what, e);
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("become ready", e);
    }
  }

  private ClusterUnavailableException unavailable(String what, Throwable cause) {
    return new ClusterUnavailableException(
        "Kafka at %s did not %s: %s. See the brokers' logs."
            .formatted(bootstrapServers, what, cause),
        cause);
  }
}
