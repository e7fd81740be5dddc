package io.streamweir.flink;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointingMode;

/** How both jobs make checkpoints. */
public final class Checkpointing {

  private Checkpointing() {}

  /**
   * Exactly once.
   *
   * <p>One that fails delays results until the next one, which holds all that it would have held.
   * The job goes on whatever their number is: to restart it, as Flink does by default, would
   * interrupt every stream as well, and mend neither a full disk nor a broker that is away.
   *
   * @param interval between two of them
   */
  public static Configuration every(Duration interval) {
    return new Configuration()
        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval)
        .set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE)
        .set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
  }
}
