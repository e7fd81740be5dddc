package io.streamweir.router.prompt;

import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that the topics of a deployment are there before something is sent to them.
 *
 * <p>A producer that is given a record for a topic that does not exist waits for a minute, with it
 * everything behind, and then fails the job: one deployment made in the wrong order would take all
 * others down, again and again.
 *
 * <p>Asks once per deployment. While the broker does not answer it goes on asking, since that says
 * nothing about the topics. Thread-safe.
 */
final class DispatchTopics implements AutoCloseable {

  /** The topics of a deployment are not there. */
  static final class MissingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(DispatchTopics.class);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int ATTEMPTS_WHILE_MISSING = 10;
  private static final int REQUEST_TIMEOUT_MS = 5_000;

  private final Admin admin;
  private final Set<String> present = ConcurrentHashMap.newKeySet();
  private final Map<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();
  private volatile boolean closed;

  DispatchTopics(String bootstrapServers) {
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS));
  }

  /** Whether the topics of a deployment are known to exist. */
  boolean has(String deployment) {
    return present.contains(deployment);
  }

  /** Completes when the topics exist; fails with {@link MissingException} if they do not. */
  CompletableFuture<Void> await(String deployment) {
    if (has(deployment)) {
      return CompletableFuture.completedFuture(null);
    }
    var answer = new CompletableFuture<Void>();
    var other = asked.putIfAbsent(deployment, answer);
    if (other != null) {
      return other;
    }
    ask(deployment, answer, 1);
    return answer;
  }

  private void ask(String deployment, CompletableFuture<Void> answer, int attempt) {
    var topics =
        Stream.of(Lane.values()).map(lane -> Topics.dispatchName(deployment, lane)).toList();
    admin
        .describeTopics(topics)
        .allTopicNames()
        .toCompletionStage()
        .thenCompose(this::answers)
        .whenComplete(
            (offsets, error) -> {
              if (error == null) {
                present.add(deployment);
                asked.remove(deployment);
                answer.complete(null);
              } else if (isMissing(error) && attempt >= ATTEMPTS_WHILE_MISSING) {
                asked.remove(deployment);
                answer.completeExceptionally(missing(deployment, topics, error));
              } else {
                askLater(deployment, answer, isMissing(error) ? attempt + 1 : attempt, error);
              }
            });
  }

  /**
   * Completes when every leader serves its partition, which it does a little after the metadata
   * says so; a producer that comes between can be stuck for good.
   */
  private CompletionStage<?> answers(Map<String, TopicDescription> topics) {
    var partitions = new HashMap<TopicPartition, OffsetSpec>();
    topics.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    info ->
                        partitions.put(
                            new TopicPartition(name, info.partition()), OffsetSpec.latest())));
    return admin.listOffsets(partitions).all().toCompletionStage();
  }

  private void askLater(
      String deployment, CompletableFuture<Void> answer, int attempt, Throwable reason) {
    LOG.debug("Topics of deployment {} are not there yet: {}", deployment, reason.toString());
    later()
        .execute(
            () -> {
              if (!closed) {
                ask(deployment, answer, attempt);
              }
            });
  }

  private static Executor later() {
    return CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static boolean isMissing(Throwable error) {
    return error instanceof UnknownTopicOrPartitionException
        || error.getCause() instanceof UnknownTopicOrPartitionException;
  }

  private static MissingException missing(String deployment, List<String> topics, Throwable cause) {
    return new MissingException(
        "Deployment "
            + deployment
            + " is in the catalogue, but its topics "
            + topics
            + " do not all exist. They are created when it is deployed; deploy it again.",
        cause);
  }

  @Override
  public void close() {
    closed = true;
    admin.close(Duration.ZERO);
  }
}
