package io.streamweir.local.reconcile;

import io.streamweir.client.ClientOptions;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.Topics;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the jobs have read, by what their consumer groups committed with the last checkpoint.
 * Records behind that are not lost, however old they are.
 */
final class Backlog implements AutoCloseable {

  static final String DISPATCH_PREFIX =
      Topics.DISPATCH.name().substring(0, Topics.DISPATCH.name().indexOf('<'));

  private static final String ROUTER_GROUP = "weir-router";
  private static final String INFERENCE_GROUP = "weir-inference-";

  private final Admin admin;

  Backlog(ClientOptions options) {
    var properties = new HashMap<String, Object>(options.kafkaProperties());
    properties.put("bootstrap.servers", options.bootstrapServers());
    admin = Admin.create(properties);
  }

  /** Where the router goes on, on the request topics. */
  Map<TopicPartition, Long> ofRouter(Collection<TopicPartition> partitions) {
    return committed(ROUTER_GROUP, partitions);
  }

  /** Where the replicas of a deployment go on. */
  Map<TopicPartition, Long> ofDispatch(String topic, Collection<TopicPartition> partitions) {
    var lane = Topics.laneOf(topic).name().toLowerCase(Locale.ROOT);
    var deployment =
        topic.substring(DISPATCH_PREFIX.length(), topic.length() - lane.length() - ".".length());
    return committed(INFERENCE_GROUP + deployment, partitions);
  }

  @Override
  public void close() {
    admin.close();
  }

  /** Nothing is in here of a partition of which nothing was read. */
  private Map<TopicPartition, Long> committed(String group, Collection<TopicPartition> partitions) {
    try {
      var offsets = new HashMap<TopicPartition, Long>();
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, at) -> {
                if (at != null && partitions.contains(partition)) {
                  offsets.put(partition, at.offset());
                }
              });
      return offsets;
    } catch (ExecutionException e) {
      throw new WeirException(
          "Kafka does not say how far group %s has read: %s. See ./weir status"
              .formatted(group, e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted", e);
    }
  }
}
