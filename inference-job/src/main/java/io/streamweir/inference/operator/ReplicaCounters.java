package io.streamweir.inference.operator;

import org.apache.flink.metrics.Counter;

/**
 * What a replica counts.
 *
 * @param ended requests that got their terminal records
 * @param duplicates records dropped because their request is in flight or has just ended
 * @param deadLetters records that could not be decoded
 * @param engineFailures engines that broke
 */
record ReplicaCounters(
    Counter ended, Counter duplicates, Counter deadLetters, Counter engineFailures) {}
