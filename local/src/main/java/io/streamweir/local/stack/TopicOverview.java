package io.streamweir.local.stack;

import io.streamweir.local.terminal.TextTable;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** The topics of a cluster, with what the table of topics says of each. */
public final class TopicOverview {

  private static final String DISPATCH_PREFIX =
      Topics.DISPATCH.name().substring(0, Topics.DISPATCH.name().indexOf('<'));

  private TopicOverview() {}

  /**
   * @throws WeirException if the cluster does not answer
   */
  public static TextTable of(String bootstrapServers) {
    var config =
        Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (var admin = Admin.create(config)) {
      var names = new TreeSet<>(admin.listTopics().names().get());
      var descriptions = admin.describeTopics(names).allTopicNames().get();
      var first = offsets(admin, descriptions, OffsetSpec.earliest());
      var next = offsets(admin, descriptions, OffsetSpec.latest());
      var table = new TextTable().row("topic", "partitions", "offsets", "key", "guarantee");
      for (var name : names) {
        var spec = spec(name);
        table.row(
            name,
            descriptions.get(name).partitions().size(),
            next.get(name) - first.get(name),
            spec == null ? "" : spec.key(),
            spec == null ? "" : spec.guarantee());
      }
      return table;
    } catch (ExecutionException e) {
      throw new WeirException(
          "Kafka at %s does not answer: %s. See ./weir status"
              .formatted(bootstrapServers, e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted", e);
    }
  }

  private static TopicSpec spec(String name) {
    if (name.startsWith(DISPATCH_PREFIX)) {
      return Topics.DISPATCH;
    }
    return Topics.FIXED.stream().filter(spec -> spec.name().equals(name)).findFirst().orElse(null);
  }

  /** Sums over the partitions of each topic. */
  private static Map<String, Long> offsets(
      Admin admin, Map<String, TopicDescription> topics, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    topics.forEach(
        (name, description) ->
            description
                .partitions()
                .forEach(each -> asked.put(new TopicPartition(name, each.partition()), which)));
    var sums = new HashMap<String, Long>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> each :
        admin.listOffsets(asked).all().get().entrySet()) {
      sums.merge(each.getKey().topic(), each.getValue().offset(), Long::sum);
    }
    return sums;
  }
}
