package io.streamweir.router.outcome;

/**
 * A source record that becomes a dead letter.
 *
 * @param key as it came, possibly null
 * @param value as it came, possibly null
 * @param code stable, machine-readable
 * @param message what happened, why, what to do
 */
public record DeadRecord(
    String topic,
    int partition,
    long offset,
    byte[] key,
    byte[] value,
    String code,
    String message) {}
