package io.streamweir.config;

import java.time.Duration;

/** What every job can be told about Kafka. */
public final class KafkaSettings {

  /**
   * Not longer than the default: a task that fails waits for the records that it has sent when it
   * closes, and Flink's {@code task.cancellation.timeout} (3 min) must be longer than that.
   */
  public static final Setting<Duration> PATIENCE =
      Setting.duration(
          "kafka.patience",
          "2 min",
          "1 s",
          "2 min",
          "how long records wait for a broker that does not answer before the job restarts");

  private KafkaSettings() {}
}
