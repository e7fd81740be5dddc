package io.streamweir.sinks.jdbc;

import io.streamweir.schemas.UsageRecord;

/** A usage record and where it stands on the usage topic. */
record Bill(int partition, long offset, UsageRecord usage) {}
