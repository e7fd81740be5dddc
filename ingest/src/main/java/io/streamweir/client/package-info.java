/**
 * The client library: produce requests, follow their token streams, await their results.
 *
 * <p>Start at {@link io.streamweir.client.StreamweirClient}. {@link
 * io.streamweir.schemas.tokens.TokenSequence} is the rule that every reader of the token log
 * applies.
 */
package io.streamweir.client;
