package io.streamweir.sinks.jdbc;

/** How far a transaction brings a partition: from one next offset to another. */
record Step(int partition, long from, long to) {}
