package io.streamweir.client;

import io.streamweir.schemas.RequestKey;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * A request that Kafka has acknowledged: from here on it reaches exactly one result.
 *
 * @param key identity of the request
 * @param partition where it stands on the topic of its lane
 * @param offset where it stands in the partition
 * @param createdAt what {@code created_at_ms} says
 * @param replyPartition partition of the tokens topic that the stream is written to; empty: by hash
 *     of the key
 */
public record Submitted(
    RequestKey key, int partition, long offset, Instant createdAt, OptionalInt replyPartition) {}
