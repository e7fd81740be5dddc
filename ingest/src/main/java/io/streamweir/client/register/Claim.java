package io.streamweir.client.register;

import io.streamweir.schemas.StreamEntry;

/**
 * The entry that counts for a key.
 *
 * @param mine whether it is the one that was just written; else somebody was first
 */
public record Claim(StreamEntry entry, boolean mine) {}
