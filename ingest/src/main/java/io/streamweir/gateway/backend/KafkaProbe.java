package io.streamweir.gateway.backend;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.KafkaClients;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;

/** Asks Kafka every second whether it is there; its clients do not say when it is not. */
final class KafkaProbe implements AutoCloseable {

  private static final int ANSWER_MS = 2000;

  /**
   * So many questions in a row without an answer, one a second, say that Kafka is away. One says
   * nothing: if this process has stood still, it has not heard the answer.
   */
  private static final int SILENCE = 3;

  private final Admin admin;
  private final String bootstrapServers;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var created = new Thread(task, "gateway-kafka-probe");
            created.setDaemon(true);
            return created;
          });
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile long lastAnswer = System.nanoTime();

  KafkaProbe(ClientOptions options) {
    this.admin = KafkaClients.admin(options);
    this.bootstrapServers = options.bootstrapServers();
    timer.scheduleWithFixedDelay(this::ask, 1, 1, TimeUnit.SECONDS);
  }

  Readiness readiness() {
    var silent = Duration.ofNanos(System.nanoTime() - lastAnswer);
    return unanswered.get() < SILENCE
        ? Readiness.READY
        : Readiness.not(
            "Kafka at "
                + bootstrapServers
                + " has not answered for "
                + silent.toSeconds()
                + " s; check that the broker runs");
  }

  @Override
  public void close() {
    timer.shutdownNow();
    admin.close(Duration.ofSeconds(1));
  }

  private void ask() {
    admin
        .describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_MS))
        .clusterId()
        .whenComplete(
            (id, failure) -> {
              if (failure == null) {
                lastAnswer = System.nanoTime();
                unanswered.set(0);
              } else {
                unanswered.incrementAndGet();
              }
            });
  }
}
