package io.streamweir.router.outcome;

import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Where answers may go: the partitions of the tokens topic.
 *
 * @param count as the broker has them, which need not be what the topic is created with
 */
public record ReplyPartitions(int count) {

  private static final long TIMEOUT_SECONDS = 30;

  /**
   * Asks the broker.
   *
   * @throws IllegalStateException if it does not answer, or has no tokens topic
   */
  public static ReplyPartitions ask(String bootstrapServers) throws InterruptedException {
    var topic = Topics.TOKENS.name();
    try (var admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) bootstrapServers))) {
      var description =
          admin
              .describeTopics(List.of(topic))
              .topicNameValues()
              .get(topic)
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return new ReplyPartitions(description.partitions().size());
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "Cannot learn the partitions of "
              + topic
              + " from "
              + bootstrapServers
              + ": "
              + e
              + ". Check kafka.bootstrap.servers and that the topics have been created.",
          e);
    }
  }

  public boolean has(int partition) {
    return partition >= 0 && partition < count;
  }

  /** Where the request wants its answer; by its key if it does not say, or says what is not. */
  public int of(InferenceRequest request) {
    var wanted = request.getReplyPartition();
    return wanted != null && has(wanted)
        ? wanted
        : new RequestKey(request.getTenant(), request.getRequestId()).partition(count);
  }
}
