package io.streamweir.sinks.jdbc;

import io.streamweir.schemas.UsageRecord;

/**
 * A usage record and where it stands on the usage topic.
 *
 * @param key of the record as it came
 * @param value of the record as it came
 */
record Bill(int partition, long offset, UsageRecord usage, byte[] key, byte[] value) {}
