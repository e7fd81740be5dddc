package io.streamweir.local.flink;

/**
 * A job of the cluster.
 *
 * @param id Flink's
 * @param startedAtMs epoch milliseconds
 */
public record FlinkJob(String id, String name, JobState state, long startedAtMs) {}
