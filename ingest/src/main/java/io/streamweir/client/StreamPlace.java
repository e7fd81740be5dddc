package io.streamweir.client;

/**
 * Where the token log holds a stream.
 *
 * @param partition of the tokens topic
 * @param offset nothing of the stream lies before it
 */
public record StreamPlace(int partition, long offset) {}
