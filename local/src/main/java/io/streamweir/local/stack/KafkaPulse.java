package io.streamweir.local.stack;

import io.streamweir.local.process.Probe;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Whether a broker answers. That it accepts connections is no proof: the system does so for a
 * process that stands still.
 */
record KafkaPulse(String bootstrapServers) implements Probe {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Override
  public boolean ready() {
    var millis = (int) TIMEOUT.toMillis();
    var properties =
        Map.<String, Object>of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            millis,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            millis);
    var admin = Admin.create(properties);
    try {
      admin.describeCluster().nodes().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      admin.close(Duration.ZERO);
    }
  }
}
