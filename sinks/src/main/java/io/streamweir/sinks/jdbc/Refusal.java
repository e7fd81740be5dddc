package io.streamweir.sinks.jdbc;

/**
 * A record that is not stored as a bill.
 *
 * @param code stable and machine-readable, see docs/usage-ledger.md
 * @param message what happened, why, what to do
 * @param key of the record; may be null
 * @param value of the record; may be null
 */
record Refusal(int partition, long offset, String code, String message, byte[] key, byte[] value) {}
