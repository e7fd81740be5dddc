package io.streamweir.local.flink;

/**
 * Slots of a cluster.
 *
 * @param free those that no task occupies, not even one of a job that the JobManager has forgotten
 */
public record FlinkSlots(int total, int free) {

  public int occupied() {
    return total - free;
  }
}
