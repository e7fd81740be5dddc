package io.streamweir.inference.operator;

import org.apache.flink.metrics.Counter;

/**
 * What a replica counts.
 *
 * @param ended requests that got their terminal records
 * @param duplicates records dropped because their request is in flight or has just ended
 * @param fenced records of routers that had been replaced
 * @param deadLetters records that could not be decoded
 * @param engineFailures engines that broke
 */
record ReplicaCounters(
    Counter ended,
    Counter duplicates,
    Counter fenced,
    Counter deadLetters,
    Counter engineFailures) {}
