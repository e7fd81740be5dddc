package io.streamweir.local.chaos;

import io.streamweir.schemas.RequestKey;

/**
 * What a consumer saw of a request.
 *
 * @param consumer which kind it was
 * @param key null if the request was never accepted
 * @param text all of the text that it got, in order
 * @param whole whether it saw the end of the stream
 * @param failure why it did not, other than by its own will; null if nothing failed
 */
record Observation(String consumer, RequestKey key, String text, boolean whole, String failure) {}
