/** Streams that are found again: by the request id, or by an idempotency key. */
package io.streamweir.gateway.streams;
