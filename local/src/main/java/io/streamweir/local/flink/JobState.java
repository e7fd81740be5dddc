package io.streamweir.local.flink;

import java.util.Locale;

/** The state of a Flink job, as its REST API names it. */
public enum JobState {
  INITIALIZING,
  CREATED,
  RUNNING,
  FAILING,
  FAILED,
  CANCELLING,
  CANCELED,
  FINISHED,
  RESTARTING,
  SUSPENDED,
  RECONCILING;

  static JobState of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Whether the job has ended and will not come back by itself. */
  public boolean ended() {
    return this == FAILED || this == CANCELED || this == FINISHED || this == SUSPENDED;
  }
}
