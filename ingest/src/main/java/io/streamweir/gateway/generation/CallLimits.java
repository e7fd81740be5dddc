package io.streamweir.gateway.generation;

import java.time.Duration;

/**
 * How long one request may take in its phases.
 *
 * @param firstChunk from the request to the first chunk of tokens
 * @param betweenChunks from one chunk to the next
 * @param stalledClient for a client that takes nothing of what is written
 * @param keepAlive after so much silence a comment is written into an open stream
 */
public record CallLimits(
    Duration firstChunk, Duration betweenChunks, Duration stalledClient, Duration keepAlive) {}
